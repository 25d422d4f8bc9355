# COFW, 29 points; nothing is published for it, so 300W's length for a small set.
_base_ = [
    "../_base_/models/alignment_vit-base-p16_heatcoord.py",
    "../_base_/datasets/cofw_alignment.py",
    "../_base_/schedules/alignment_adamw_released.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=29))
train_cfg = dict(max_epochs=250)
