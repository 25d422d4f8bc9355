# WFLW, 98 points, released recipe.
_base_ = [
    "../_base_/models/alignment_vit-base-p16_heatcoord.py",
    "../_base_/datasets/wflw_alignment.py",
    "../_base_/schedules/alignment_adamw_released.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=98))
