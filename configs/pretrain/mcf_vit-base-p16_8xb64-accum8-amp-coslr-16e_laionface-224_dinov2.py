# The released recipe with DINOv2 ViT-B/14 as the teacher.
_base_ = [
    "../_base_/models/mcf_vit-base-p16.py",
    "../_base_/teachers/dinov2_vit-base-p14.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(target_generator={{_base_.teacher}})
