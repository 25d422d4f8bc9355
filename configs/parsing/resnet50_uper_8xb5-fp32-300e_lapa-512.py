# ResNet-50 of mmpretrain, from ImageNet weights that are downloaded; its own pyramid.
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(
    backbone=dict(
        _delete_=True,
        type="mmpretrain.ResNet",
        depth=50,
        out_indices=(0, 1, 2, 3),
        norm_cfg=dict(type="SyncBN"),
        init_cfg=dict(type="Pretrained", checkpoint="torchvision://resnet50"),
    ),
    neck=None,
    decode_head=dict(in_channels=[256, 512, 1024, 2048]),
)
