# The released recipe (protocol §1.2-1.3): 8 GPUs x 64 images x 8 micro-batches.
_base_ = [
    "../_base_/models/mcf_vit-base-p16.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/default_runtime.py",
]

model = dict(target_generator={{_base_.teacher}})
