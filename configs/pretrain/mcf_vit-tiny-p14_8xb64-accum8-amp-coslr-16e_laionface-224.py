# The released recipe with ViT-Ti/14 and the smaller decoder
# (256 channels, 2 blocks); the teacher stays MoCo v3 ViT-B/16.
_base_ = [
    "../_base_/models/mcf_vit-base-p16.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(
    backbone=dict(arch="deit-tiny", patch_size=14),
    neck=dict(patch_size=14, encoder_dims=192, embed_dims=256, depth=2, num_heads=8),
    projector=dict(in_channels=192),
    target_generator={{_base_.teacher}},
)
