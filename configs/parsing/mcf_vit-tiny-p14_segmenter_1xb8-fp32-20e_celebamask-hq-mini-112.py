# Segmenter: class tokens look at the patches of the last tap, without a pyramid.
_base_ = ["./mcf_vit-tiny-p14_uper_1xb8-fp32-20e_celebamask-hq-mini-112.py"]

model = dict(
    neck=None,
    decode_head=dict(
        _delete_=True,
        type="SegmenterMaskTransformerHead",
        in_channels=192,
        in_index=-1,
        channels=192,
        embed_dims=192,
        num_layers=2,
        num_heads=3,
        dropout_ratio=0.0,
        num_classes=19,
    ),
)
