# MCF whole: teacher MobileFaceNet (MS1M), contrast, mask ratio 0.75.
_base_ = [
    "./_base_/mini_mcf.py",
    "../../../configs/_base_/teachers/mobilefacenet.py",
    "./_base_/faces_64.py",
    "./_base_/adamw_20e_mini.py",
    "./_base_/mini_runtime.py",
]

arm = dict(title="MCF")
model = dict(
    target_generator={{_base_.teacher}},
    # taps of 256, 64 and 16 tokens: 1000 / 197 on 2 - 2 cos of each, as released
    feature_loss=dict(tap_weights=[256 / 197, 64 / 197, 16 / 197]),
)
