# Two convolutions on all levels of the pyramid.
_base_ = ["./mcf_vit-tiny-p14_uper_1xb8-fp32-20e_celebamask-hq-mini-112.py"]

model = dict(
    decode_head=dict(
        _delete_=True,
        type="FCNHead",
        in_channels=[192, 192, 192, 192],
        in_index=[0, 1, 2, 3],
        input_transform="resize_concat",
        channels=64,
        num_convs=2,
        num_classes=19,
        norm_cfg=dict(type="BN"),
    )
)
