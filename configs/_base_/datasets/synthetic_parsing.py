# Drawn faces with the 11 classes of LaPa, without any download. Training, validation
# and test faces are unrelated. No workers: each would draw all faces for itself.
_base_ = ["./parsing_data.py"]

data_preprocessor = dict(size=(112, 112))

train_pipeline = [
    dict(
        type="mcf.WholeImageCrop",
        size=112,
        jitter=dict(distribution="normal", rotation=0.314, scale=0.1, shift=0.01),
    ),
    dict(type="mcf.RandomGray", prob=0.1),
    dict(type="mcf.RandomGamma"),
    dict(type="PackSegInputs"),
]
test_pipeline = [
    dict(type="mcf.WholeImageCrop", size=112),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    batch_size=4,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        dataset=dict(
            type="mcf.SyntheticParsing",
            split="train",
            length=256,
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        type="mcf.SyntheticParsing",
        split="val",
        length=48,
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(
        type="mcf.SyntheticParsing",
        split="test",
        length=48,
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
