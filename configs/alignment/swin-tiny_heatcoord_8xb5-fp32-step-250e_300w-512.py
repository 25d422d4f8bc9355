# Swin-T of mmpretrain; --init-from gives it weights.
_base_ = ["./resnet50_heatcoord_8xb5-fp32-step-250e_300w-512.py"]

model = dict(
    backbone=dict(
        _delete_=True,
        type="mmpretrain.SwinTransformer",
        arch="tiny",
        img_size=512,
        out_indices=(0, 1, 2, 3),
    ),
    head=dict(in_channels=[96, 192, 384, 768]),
)
