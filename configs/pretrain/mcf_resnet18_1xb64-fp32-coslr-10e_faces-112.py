# Small faces with the first three stages of a ResNet-18: 49 cells of 16 pixels.
_base_ = [
    "../_base_/models/mcf_small.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    backbone=dict(
        type="mcf.MaskedBackbone",
        img_size=112,
        network=dict(
            type="ResNet",
            depth=18,
            num_stages=3,
            strides=(1, 2, 2),
            dilations=(1, 1, 1),
            out_indices=(2,),
        ),
    ),
    neck=dict(patch_size=16, encoder_dims=256),
    projector=dict(in_channels=256),
    target_generator={{_base_.teacher}},
)
