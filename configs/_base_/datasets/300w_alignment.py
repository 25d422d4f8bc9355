# 300W, 68 points: 3,148 faces of which a tenth of the images selects the model, and
# 689 to test (subsets common: 554, challenge: 135). The crop is 1.25 times the square
# around the true points.
# On the command line:
#   --data PATH
_base_ = ["./alignment_data.py"]

data_root = "data/300W"
train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            type="mcf.IBUG300W",
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
        type="mcf.IBUG300W",
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
        type="mcf.IBUG300W",
        data_root=data_root,
        split="test",
        pipeline=test_pipeline,
        test_mode=True,
    )
)

val_evaluator = test_evaluator = dict(
    _delete_=True,  # no curves
    type="mcf.LandmarkMetric",
    schema="ibug68",
    normalisers=["interocular", "interpupil"],
)
