# ViT-B/16 at 448 pixels with the released pyramid and fusion (protocol §2.1), once for
# points and parts; each head is a convolution on the one map. The run config says how
# many points and classes there are.
norm_cfg = dict(type="SyncBN")

model = dict(
    type="mcf.SharedBackbone",
    data_preprocessor=dict(
        type="ImgDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
    ),
    backbone=dict(
        type="mcf.DenseViT",
        arch="base",
        input_size=448,
        patch_size=16,
        out_indices=[3, 5, 7, 11],
        with_cp=True,
    ),
    neck=[
        dict(type="mcf.ViTFeaturePyramid", embed_dims=768, norm_cfg=norm_cfg),
        dict(
            type="mcf.UPerFusion",
            in_channels=[768, 768, 768, 768],
            channels=768,
            norm_cfg=norm_cfg,
        ),
    ],
    tasks=dict(
        points=dict(
            _scope_="mmpose",
            type="TopdownPoseEstimator",
            head=dict(
                type="mcf.HeatmapCoordHead",
                in_channels=768,
                channels=768,
                heatmap_size=(128, 128),
                heatmap_radius=5.0,
                decoder=dict(type="mcf.NormalisedPoints", input_size=(512, 512)),
            ),
            test_cfg=dict(flip_test=False),
        ),
        parts=dict(
            _scope_="mmseg",
            type="mcf.FaceParser",
            decode_head=dict(
                type="FCNHead",
                in_channels=768,
                in_index=0,
                channels=768,
                num_convs=0,
                concat_input=False,
                dropout_ratio=0.1,
                norm_cfg=norm_cfg,
                align_corners=False,
                loss_decode=dict(type="CrossEntropyLoss"),
            ),
            test_cfg=dict(mode="whole"),
        ),
    ),
)
