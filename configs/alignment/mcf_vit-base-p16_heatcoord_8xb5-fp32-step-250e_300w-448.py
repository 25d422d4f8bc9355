# 300W, 68 points, released recipe: the one set on which the step at epoch 200 acts.
_base_ = [
    "../_base_/models/alignment_vit-base-p16_heatcoord.py",
    "../_base_/datasets/300w_alignment.py",
    "../_base_/schedules/alignment_adamw_released.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=68))
train_cfg = dict(max_epochs=250)
