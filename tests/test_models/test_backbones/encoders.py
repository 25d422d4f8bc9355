"""Tiny encoders of every family of the support table, as configs."""

VIT = dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32)


def masked_vit(**changes: object) -> dict:
    return dict(type="mcf.MaskedViT", arch=VIT, img_size=32, patch_size=8) | changes


def masked(network: dict, img_size: int = 64, **changes: object) -> dict:
    return dict(type="mcf.MaskedBackbone", network=network, img_size=img_size) | changes


def of_timm(name: str, **changes: object) -> dict:
    return dict(type="mcf.TimmBackbone", name=name) | changes


SWIN = dict(
    type="mmpretrain.SwinTransformer",
    arch=dict(embed_dims=12, depths=[1, 1, 1, 1], num_heads=[1, 2, 2, 2]),
    img_size=64,
    window_size=2,
    drop_path_rate=0.0,
)
CONVNEXT = dict(
    type="mmpretrain.ConvNeXt",
    arch=dict(depths=[1, 1, 1, 1], channels=[8, 8, 16, 16]),
    gap_before_final_norm=False,
)
RESNET = dict(type="mmpretrain.ResNet", depth=18, stem_channels=8, base_channels=8)
HIVIT = dict(
    type="mmpretrain.HiViT",
    arch=dict(embed_dims=32, depths=[1, 1, 7], num_heads=2),
    img_size=64,
    out_indices=[6],
)
TIMM_VIT = of_timm(
    "vit_tiny_patch16_224",
    norm=True,
    settings=dict(img_size=64, depth=2, embed_dim=24),
)
TIMM_SWIN = of_timm(
    "swin_tiny_patch4_window7_224",
    settings=dict(
        img_size=64,
        embed_dim=12,
        depths=(1, 1),
        num_heads=(1, 2),
        window_size=2,
        drop_path_rate=0.0,
    ),
)
TIMM_RESNET = of_timm("test_resnet")
TIMM_CONVNEXT = of_timm("test_convnext")

HOST = {
    "vit": masked_vit(),
    "vit-clip": masked_vit(pre_norm=True),
    "vit-patch14": masked_vit(img_size=28, patch_size=14),
    "swin": masked(SWIN),
    "swin-three-stages": masked(
        SWIN
        | dict(
            arch=dict(embed_dims=12, depths=[1, 1, 1], num_heads=[1, 2, 2]),
            out_indices=(2,),
        )
    ),
    "convnext": masked(CONVNEXT),
    "resnet": masked(RESNET),
    "resnet-three-stages": masked(
        RESNET
        | dict(num_stages=3, strides=(1, 2, 2), dilations=(1, 1, 1), out_indices=(2,))
    ),
    "resnet-mean-colour": masked(RESNET, filling="mean"),
    "hivit": masked(HIVIT),
}
TIMM = {
    "timm-vit": masked(TIMM_VIT),
    "timm-swin": masked(TIMM_SWIN),
    "timm-resnet": masked(TIMM_RESNET),
    "timm-convnext": masked(TIMM_CONVNEXT),
}
