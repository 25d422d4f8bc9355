# The released recipe with ViT-S/16 and its smaller decoder (256 channels, 2 blocks).
_base_ = [
    "../_base_/models/mcf_vit-base-p16.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(
    backbone=dict(arch="deit-small"),
    neck=dict(encoder_dims=384, embed_dims=256, depth=2, num_heads=8),
    projector=dict(in_channels=384),
    target_generator={{_base_.teacher}},
)
