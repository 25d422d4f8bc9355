# CelebAMask-HQ, 19 classes in FaRL's order of painting (another benchmark than the
# official order, celebamask_hq_official_parsing.py). Compose its masks once before:
#   python tools/compose_masks.py data/CelebAMask-HQ --order farl
# Official train / val / test parts. Select on val, report on test.
# Another folder than data/CelebAMask-HQ, on the command line:
#   --cfg-options train_dataloader.dataset.dataset.data_root=PATH \
#       val_dataloader.dataset.data_root=PATH test_dataloader.dataset.data_root=PATH
data_root = "data/CelebAMask-HQ"

data_preprocessor = dict(
    type="SegDataPreProcessor",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    bgr_to_rgb=True,
    size=(512, 512),
)

train_pipeline = [
    dict(type="LoadImageFromFile"),
    # the benchmark takes 512 pixels, the size of its masks, for the original size
    dict(type="mcf.ResizeOriginal", scale=512),
    dict(type="mcf.LoadMask"),
    dict(
        type="mcf.WholeImageCrop",
        size=512,
        jitter=dict(distribution="normal", rotation=0.314, scale=0.1, shift=0.01),
    ),
    dict(type="mcf.RandomGray", prob=0.1),
    dict(type="mcf.RandomGamma"),
    dict(type="mcf.RandomBoxBlur", max_share=0.01),
    dict(type="PackSegInputs"),
]
# the mask is loaded after the crop: scores are counted at the size of the original
test_pipeline = [
    dict(type="LoadImageFromFile"),
    # the benchmark takes 512 pixels, the size of its masks, for the original size
    dict(type="mcf.ResizeOriginal", scale=512),
    dict(type="mcf.WholeImageCrop", size=512),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    batch_size=5,
    num_workers=4,
    persistent_workers=True,
    drop_last=True,
    sampler=dict(type="mcf.SeededSampler", shuffle=True),
    dataset=dict(
        type="mcf.SeededDataset",
        dataset=dict(
            type="mcf.CelebAMaskHQDataset",
            data_root=data_root,
            split="train",
            order="farl",
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.CelebAMaskHQDataset",
        data_root=data_root,
        split="val",
        order="farl",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    batch_size=1,
    num_workers=4,
    persistent_workers=True,
    sampler=dict(type="DefaultSampler", shuffle=False),
    dataset=dict(
        type="mcf.CelebAMaskHQDataset",
        data_root=data_root,
        split="test",
        order="farl",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)

val_evaluator = dict(type="mcf.ParsingMetric")
test_evaluator = dict(type="mcf.ParsingMetric")
