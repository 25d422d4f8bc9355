# LaPa, 11 classes: official train / val / test parts. Select on val, report on test.
# Faces are aligned by five of their landmarks and bent by the RoI tanh warp (0.8).
# On the command line:
#   --data PATH
_base_ = ["./parsing_data.py"]

data_root = "data/LaPa"

train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="mcf.LoadMask"),
    dict(
        type="mcf.FaceAlign",
        size=512,
        warp_factor=0.8,
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
    dict(type="mcf.FaceAlign", size=512, warp_factor=0.8),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            type="mcf.LaPaDataset",
            data_root=data_root,
            split="train",
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        type="mcf.LaPaDataset",
        data_root=data_root,
        split="val",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
test_dataloader = dict(
    dataset=dict(
        type="mcf.LaPaDataset",
        data_root=data_root,
        split="test",
        test_mode=True,
        pipeline=test_pipeline,
    ),
)
