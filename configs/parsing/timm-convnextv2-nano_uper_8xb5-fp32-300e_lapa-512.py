# A network of timm (pip install timm), ConvNeXt V2 nano; any other one by its name in
# timm and its channels. --init-from gives it weights.
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(
    backbone=dict(
        _delete_=True,
        type="mcf.TimmBackbone",
        name="convnextv2_nano",
        out_indices=(0, 1, 2, 3),
    ),
    neck=None,
    decode_head=dict(in_channels=[80, 160, 320, 640]),
)
