# MAE as in mmpretrain: pixels of the hidden patches, normalised by patch.
_base_ = [
    "./_base_/mini_mae.py",
    "./_base_/faces_64.py",
    "./_base_/adamw_20e_mini.py",
    "./_base_/mini_runtime.py",
]

arm = dict(title="MAE")
