# The released recipe with ViT-L/16; the teacher stays MoCo v3 ViT-B/16.
_base_ = [
    "../_base_/models/mcf_vit-base-p16.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(
    backbone=dict(arch="large"),
    neck=dict(encoder_dims=1024),
    projector=dict(in_channels=1024),
    target_generator={{_base_.teacher}},
)
