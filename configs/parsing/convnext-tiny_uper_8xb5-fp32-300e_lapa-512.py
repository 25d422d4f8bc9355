# ConvNeXt-T of mmpretrain; --init-from gives it weights.
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(
    backbone=dict(
        _delete_=True,
        type="mmpretrain.ConvNeXt",
        arch="tiny",
        out_indices=(0, 1, 2, 3),
        gap_before_final_norm=False,
    ),
    neck=None,
    decode_head=dict(in_channels=[96, 192, 384, 768]),
)
