# LaPa, 106 points: official train, val and test parts; val selects the model. The crop
# is made from the square around the true points, as the set has no boxes.
# On the command line:
#   --data PATH
_base_ = ["./alignment_data.py"]

data_root = "data/LaPa"
train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            type="mcf.LaPa106",
            data_root=data_root,
            split="train",
            pipeline=train_pipeline,
        )
    )
)
val_dataloader = dict(
    dataset=dict(
        type="mcf.LaPa106",
        data_root=data_root,
        split="val",
        pipeline=test_pipeline,
        test_mode=True,
    )
)
test_dataloader = dict(
    dataset=dict(
        type="mcf.LaPa106",
        data_root=data_root,
        split="test",
        pipeline=test_pipeline,
        test_mode=True,
    )
)

val_evaluator = test_evaluator = dict(schema="lapa106")
