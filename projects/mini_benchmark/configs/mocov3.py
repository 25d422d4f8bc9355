# MoCo v3 of mmpretrain: two augmented views, contrast alone.
_base_ = [
    "./_base_/mini_mocov3.py",
    "./_base_/faces_64_two_views.py",
    "./_base_/adamw_20e_mini.py",
    "./_base_/mini_runtime.py",
]

arm = dict(title="MoCo v3")
