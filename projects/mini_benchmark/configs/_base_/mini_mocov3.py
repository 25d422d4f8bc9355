# MoCo v3 of mmpretrain at the size of the mini benchmark. Projector and predictor have
# the widths of mini_mcf.py and the depths of MoCo v3.
temperature = 0.2
model = dict(
    type="MoCoV3",
    base_momentum=0.01,
    data_preprocessor=dict(
        type="SelfSupDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        to_rgb=True,
    ),
    backbone=dict(
        type="MoCoV3ViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        img_size=64,
        patch_size=8,
        stop_grad_conv1=True,
    ),
    neck=dict(
        type="NonLinearNeck",
        in_channels=192,
        hid_channels=1024,
        out_channels=128,
        num_layers=3,
        with_bias=False,
        with_last_bn=True,
        with_last_bn_affine=False,
        with_last_bias=False,
        with_avg_pool=False,
        norm_cfg=dict(type="BN1d"),
    ),
    head=dict(
        type="MoCoV3Head",
        predictor=dict(
            type="NonLinearNeck",
            in_channels=128,
            hid_channels=1024,
            out_channels=128,
            num_layers=2,
            with_bias=False,
            with_last_bn=True,
            with_last_bn_affine=False,
            with_last_bias=False,
            with_avg_pool=False,
            norm_cfg=dict(type="BN1d"),
        ),
        loss=dict(type="CrossEntropyLoss", loss_weight=2 * temperature),
        temperature=temperature,
    ),
)
