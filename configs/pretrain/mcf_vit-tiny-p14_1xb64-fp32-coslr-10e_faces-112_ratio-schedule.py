# Small faces with a mask ratio that grows from a half to three quarters over the first
# half of the run.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    masking=dict(schedule=dict(type="mcf.RatioSchedule", start=0.5, until=0.5)),
    target_generator={{_base_.teacher}},
)
