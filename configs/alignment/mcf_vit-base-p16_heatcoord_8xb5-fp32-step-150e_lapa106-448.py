# LaPa, 106 points; nothing is published for them, so WFLW's length for a large set.
_base_ = [
    "../_base_/models/alignment_vit-base-p16_heatcoord.py",
    "../_base_/datasets/lapa106_alignment.py",
    "../_base_/schedules/alignment_adamw_released.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=106))
