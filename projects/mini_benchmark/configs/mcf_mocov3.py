# The paper's kind of teacher, a MoCo v3 ViT: that of mocov3.py, of the same seed.
_base_ = [
    "./_base_/mini_mcf.py",
    "./_base_/teacher_mocov3.py",
    "./_base_/faces_64.py",
    "./_base_/adamw_20e_mini.py",
    "./_base_/mini_runtime.py",
]

arm = dict(title="MCF, teacher MoCo v3 ViT (trained here)")
model = dict(
    target_generator={{_base_.teacher}},
    # taps of 65 tokens: 1000 / 197 on 2 - 2 cos of each
    feature_loss=dict(tap_weights=[65 / 197, 65 / 197, 65 / 197]),
)
