# The released recipe with a network of timm (pip install timm), ConvNeXt V2 nano; any
# other one by its name in timm and its width.
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
        network=dict(type="mcf.TimmBackbone", name="convnextv2_nano"),
    ),
    neck=dict(patch_size=32, encoder_dims=640),
    projector=dict(in_channels=640),
    target_generator={{_base_.teacher}},
)
