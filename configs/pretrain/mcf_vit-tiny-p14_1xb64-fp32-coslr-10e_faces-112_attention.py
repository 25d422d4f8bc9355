# Small faces with masks that prefer what the momentum encoder attends to.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    masking=dict(type="mcf.AttentionMasking"),
    target_generator={{_base_.teacher}},
)
