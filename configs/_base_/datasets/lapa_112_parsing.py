# LaPa at 112 pixels, for small networks on a CPU; all else as in lapa_parsing.py.
_base_ = "./lapa_parsing.py"

data_preprocessor = dict(size=(112, 112))

train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="mcf.LoadMask"),
    dict(
        type="mcf.FaceAlign",
        size=112,
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
    dict(type="mcf.FaceAlign", size=112, warp_factor=0.8),
    dict(type="mcf.LoadMask"),
    dict(type="mcf.PackFaceParsing"),
]

train_dataloader = dict(
    batch_size=8, num_workers=2, dataset=dict(dataset=dict(pipeline=train_pipeline))
)
val_dataloader = dict(num_workers=2, dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(num_workers=2, dataset=dict(pipeline=test_pipeline))
