# What the sets share: normalisation, how faces are loaded, the metric.
data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    bgr_to_rgb=True,
    size=(512, 512),
)

train_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(type="mcf.SeededDataset"),
)
val_dataloader = test_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
)

val_evaluator = test_evaluator = dict(type="mcf.ParsingMetric")
