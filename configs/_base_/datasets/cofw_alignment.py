# COFW, 29 points: 1,345 faces of which a tenth selects the model, and 507 to test. The
# crop is 1.25 times the square around the true points. Needs h5py.
# On the command line:
#   --data PATH
_base_ = ["./alignment_data.py"]

data_root = "data/COFW"
train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            type="mcf.COFW29",
            data_root=data_root,
            split="train",
            part="train",
            holdout=0.1,
            pipeline=train_pipeline,
        )
    )
)
val_dataloader = dict(
    dataset=dict(
        type="mcf.COFW29",
        data_root=data_root,
        split="train",
        part="val",
        holdout=0.1,
        pipeline=test_pipeline,
        test_mode=True,
    )
)
test_dataloader = dict(
    dataset=dict(
        type="mcf.COFW29",
        data_root=data_root,
        split="test",
        pipeline=test_pipeline,
        test_mode=True,
    )
)

val_evaluator = test_evaluator = dict(schema="cofw29")
