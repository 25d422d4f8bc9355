# Drawn faces with the 11 classes of LaPa, without any download. Training, validation
# and test faces are unrelated. No workers: each would draw all faces for itself.
data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    bgr_to_rgb=True,
    size=(112, 112),
)

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
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(
        type="mcf.SeededDataset",
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
    sampler=dict(type="DefaultSampler", shuffle=False),
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
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.SyntheticParsing",
        split="test",
        length=48,
        test_mode=True,
        pipeline=test_pipeline,
    ),
)

val_evaluator = dict(type="mcf.ParsingMetric")
test_evaluator = dict(type="mcf.ParsingMetric")
