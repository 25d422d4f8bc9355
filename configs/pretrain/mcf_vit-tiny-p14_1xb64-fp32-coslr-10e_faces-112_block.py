# Small faces with block-wise masks: rectangles of 5 to 25 % of the face.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    masking=dict(type="mcf.BlockMasking"),
    target_generator={{_base_.teacher}},
)
