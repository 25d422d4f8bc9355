# AFLW, 19 points, released recipe; selected by the error over the box diagonal.
_base_ = [
    "../_base_/models/alignment_vit-base-p16_heatcoord.py",
    "../_base_/datasets/aflw19_alignment.py",
    "../_base_/schedules/alignment_adamw_released.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=19))
default_hooks = dict(selection=dict(metric="landmark/full/nme_diag"))
