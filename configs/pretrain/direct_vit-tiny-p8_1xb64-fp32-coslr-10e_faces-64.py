# Small faces on a CPU or one GPU: each token predicts the cells of MobileFaceNet's
# features below it, made once from a copy of 128 pixels and kept in float16
# (0.2 MB a face).
_base_ = [
    "../_base_/models/direct_vit-tiny-p8.py",
    "../_base_/teachers/mobilefacenet.py",
    "../_base_/datasets/faces_112_unaugmented.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/direct_runtime.py",
]

teacher = dict(_base_.teacher, input_size=128)
model = dict(target_generator=dict(teacher=dict(teacher=teacher)))
