# MAE as in mmpretrain: pixels of the hidden patches, normalised by patch.
_base_ = [
    "../_base_/models/mini_mae.py",
    "../_base_/datasets/faces_64.py",
    "../_base_/schedules/adamw_20e_mini.py",
    "../_base_/mini_runtime.py",
]

arm = dict(title="MAE")
