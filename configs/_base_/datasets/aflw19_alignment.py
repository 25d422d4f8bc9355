# AFLW, 19 points: 20,000 faces of which a tenth of the images selects the model, and
# 4,386 to test (subset frontal: 1,314). The crop is the annotated box, as it is.
# On the command line:
#   --data PATH
_base_ = ["./alignment_data.py"]

data_root = "data/AFLW19"
train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[1].scale = test_pipeline[1].scale = 1.0

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            type="mcf.AFLW19",
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
        type="mcf.AFLW19",
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
        type="mcf.AFLW19",
        data_root=data_root,
        split="test",
        pipeline=test_pipeline,
        test_mode=True,
    )
)

val_evaluator = test_evaluator = dict(
    schema="aflw19",
    normalisers=["diag", "box", "interocular", "interpupil"],
    curves=dict(_delete_=True, box=[0.07]),
    grid="released",
)
