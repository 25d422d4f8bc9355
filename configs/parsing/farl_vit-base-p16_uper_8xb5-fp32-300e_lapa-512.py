# FaRL's own weights, the reference to compare with: CLIP's layers and statistics.
#   --init-from FaRL-Base-Patch16-LAIONFace20M-ep16.pth
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(
    data_preprocessor=dict(
        mean=[122.7709383, 116.7460125, 104.09373615],
        std=[68.5005327, 66.6321579, 70.32316305],
    ),
    backbone=dict(
        pre_norm=True,
        norm_cfg=dict(type="LN", eps=1e-5),
        layer_cfgs=dict(act_cfg=dict(type="mmpretrain.QuickGELU")),
    ),
)
