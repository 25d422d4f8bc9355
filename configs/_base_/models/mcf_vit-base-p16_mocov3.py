# MCF as released: ViT-B/16 with an 8-block decoder and a MoCo v3 ViT-B/16 teacher.
# The teacher is vit-b-300ep.pth.tar of facebookresearch/moco-v3 (CONFIG.md there).
mean = [123.675, 116.28, 103.53]
std = [58.395, 57.12, 57.375]

model = dict(
    type="mcf.MCF",
    data_preprocessor=dict(
        type="SelfSupDataPreprocessor", mean=mean, std=std, to_rgb=True
    ),
    backbone=dict(type="mcf.MaskedViT", arch="base", img_size=224, patch_size=16),
    masking=dict(type="mcf.RandomMasking", ratio=0.75),
    neck=dict(
        type="mcf.PseudoImageDecoder",
        img_size=224,
        patch_size=16,
        encoder_dims=768,
        embed_dims=512,
        depth=8,
        num_heads=16,
    ),
    target_generator=dict(
        type="mcf.TeacherTarget",
        model=dict(type="VisionTransformer", arch="base", img_size=224),
        taps=["layers.2", "layers.5", "layers.8", "layers.11"],
        checkpoint="data/weights/vit-b-300ep.pth.tar",
        mean=mean,
        std=std,
        input_size=224,
    ),
    feature_loss=dict(type="mcf.FeatureDistanceLoss", axis="token", loss_weight=1000.0),
    projector=dict(
        type="NonLinearNeck",
        in_channels=768,
        hid_channels=4096,
        out_channels=256,
        with_last_bn_affine=False,
        with_avg_pool=False,
        norm_cfg=dict(type="BN1d"),
    ),
    head=dict(
        type="mcf.ContrastiveHead",
        predictor=dict(
            type="NonLinearNeck",
            in_channels=256,
            hid_channels=4096,
            out_channels=256,
            with_last_bn=False,
            with_avg_pool=False,
            norm_cfg=dict(type="BN1d"),
        ),
        temperature=0.2,
    ),
    momentum_encoder=dict(momentum=0.99),
)
