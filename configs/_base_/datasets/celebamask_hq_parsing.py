# CelebAMask-HQ, 19 classes in FaRL's order of painting (another benchmark than the
# official order, celebamask_hq_official_parsing.py). Compose its masks once before:
#   python tools/compose_masks.py data/CelebAMask-HQ --order farl
# Official train / val / test parts. Select on val, report on test.
# Another folder than data/CelebAMask-HQ, on the command line:
#   --data PATH
_base_ = ["./parsing_data.py"]

data_root = "data/CelebAMask-HQ"

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
    dataset=dict(
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
    dataset=dict(
        type="mcf.CelebAMaskHQDataset",
        data_root=data_root,
        split="test",
        order="farl",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
