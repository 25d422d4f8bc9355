# The released recipe with ResNet-50: 49 cells of 32 pixels.
_base_ = [
    "../_base_/models/mcf.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(
    backbone=dict(
        type="mcf.MaskedBackbone",
        img_size=224,
        network=dict(type="ResNet", depth=50),
    ),
    neck=dict(patch_size=32, encoder_dims=2048),
    projector=dict(in_channels=2048),
    target_generator={{_base_.teacher}},
)
