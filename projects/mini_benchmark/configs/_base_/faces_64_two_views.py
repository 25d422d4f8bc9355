# Two augmented views of unlabelled faces at 64 pixels, as in MoCo v3 (mmpretrain's
# imagenet_bs512_mocov3.py): crops of 20 to 100 % of the face, colours, blur.
_base_ = ["./faces_64.py"]

crop = dict(
    type="RandomResizedCrop", scale=64, crop_ratio_range=(0.2, 1.0), backend="pillow"
)
colours = dict(
    type="RandomApply",
    transforms=[
        dict(
            type="ColorJitter",
            brightness=0.4,
            contrast=0.4,
            saturation=0.2,
            hue=0.1,
            backend="cv2",  # Pillow's, within 2 of 255, warns at each image
        )
    ],
    prob=0.8,
)
grey = dict(
    type="RandomGrayscale",
    prob=0.2,
    keep_channels=True,
    channel_weights=(0.114, 0.587, 0.2989),
)
blur = dict(type="GaussianBlur", magnitude_range=(0.1, 2.0), magnitude_std="inf")
flip = dict(type="RandomFlip", prob=0.5)

train_pipeline = [
    dict(type="mcf.DecodeImage"),
    dict(
        type="MultiView",
        num_views=[1, 1],
        transforms=[
            [crop, colours, grey, dict(blur, prob=1.0), flip],
            [
                crop,
                colours,
                grey,
                dict(blur, prob=0.1),
                dict(type="Solarize", thr=128, prob=0.2),
                flip,
            ],
        ],
    ),
    dict(type="PackInputs", meta_keys=("sample_idx", "img_path", "bad_images")),
]
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
