# Drawn faces with 68 exact points: nothing to download. Train, val and test are drawn
# from seeds of their own, unlike those of the pre-training config.
_base_ = ["./alignment_data.py"]

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[1].size = test_pipeline[1].size = 112
train_pipeline[-2].encoder.input_size = (112, 112)

train_dataloader = dict(
    batch_size=8,
    num_workers=1,
    dataset=dict(
        dataset=dict(
            type="mcf.SyntheticLandmarks",
            split="train",
            length=192,
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    batch_size=16,
    num_workers=1,
    dataset=dict(
        type="mcf.SyntheticLandmarks",
        split="val",
        length=48,
        pipeline=test_pipeline,
        test_mode=True,
    ),
)
test_dataloader = dict(
    batch_size=16,
    num_workers=1,
    dataset=dict(
        type="mcf.SyntheticLandmarks",
        split="test",
        length=96,
        pipeline=test_pipeline,
        test_mode=True,
    ),
)

val_evaluator = test_evaluator = dict(schema="ibug68")
