# The released head on a small backbone: heat maps read as coordinates.
_base_ = [
    "../_base_/models/alignment_vit-tiny-p14_heatcoord.py",
    "../_base_/datasets/helen29_alignment.py",
    "../_base_/schedules/alignment_adamw_40e_small.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=29))
default_hooks = dict(ema=dict(momentum=0.01))
