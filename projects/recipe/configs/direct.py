# Direct prediction, with the budget, precision and hooks of the mini benchmark.
_base_ = [
    "../../../configs/_base_/models/direct_vit-tiny-p8.py",
    "../../../configs/_base_/teachers/mobilefacenet.py",
    "../../../configs/_base_/datasets/faces_112_unaugmented.py",
    "../../mini_benchmark/configs/_base_/adamw_20e_mini.py",
    "../../mini_benchmark/configs/_base_/mini_runtime.py",
]

arm = dict(title="direct prediction")
teacher = dict(_base_.teacher, input_size=128)
model = dict(target_generator=dict(teacher=dict(teacher=teacher)))
