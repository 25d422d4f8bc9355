# The released recipe with HiViT-T: 196 cells of 16 pixels. Its last main block is the
# tenth.
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
        network=dict(type="HiViT", arch="tiny", img_size=224, out_indices=[9]),
    ),
    neck=dict(patch_size=16, encoder_dims=384),
    projector=dict(in_channels=384),
    target_generator={{_base_.teacher}},
)
