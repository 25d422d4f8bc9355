# The head of SegFormer on the same features.
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(
    decode_head=dict(
        _delete_=True,
        type="SegformerHead",
        in_channels=[768, 768, 768, 768],
        in_index=[0, 1, 2, 3],
        channels=256,
        num_classes=11,
        norm_cfg=dict(type="SyncBN"),
    )
)
