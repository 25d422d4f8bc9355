# Small faces with masks that prefer brows, eyes, nose and mouth. The data must be
# aligned by five points (the default is the common 112-pixel template).
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    masking=dict(type="mcf.FacialRegionMasking"),
    target_generator={{_base_.teacher}},
)
