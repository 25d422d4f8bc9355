# The small backbone, its pyramid and the fusion of UPerNet, once for points and parts;
# each head is a convolution on the one map. The run config says how many points and
# classes there are.
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
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        input_size=112,
        patch_size=14,
        out_indices=[1, 2, 3, 5],
    ),
    neck=[
        dict(type="mcf.ViTFeaturePyramid", embed_dims=192, norm_cfg=dict(type="BN")),
        dict(
            type="mcf.UPerFusion",
            in_channels=[192, 192, 192, 192],
            channels=32,
            pool_scales=(1, 2, 3),
            norm_cfg=dict(type="BN"),
        ),
    ],
    tasks=dict(
        points=dict(
            _scope_="mmpose",
            type="TopdownPoseEstimator",
            head=dict(
                type="mcf.HeatmapCoordHead",
                in_channels=32,
                channels=32,
                heatmap_size=(64, 64),
                heatmap_radius=2.5,
                decoder=dict(type="mcf.NormalisedPoints", input_size=(112, 112)),
            ),
            test_cfg=dict(flip_test=False),
        ),
        parts=dict(
            _scope_="mmseg",
            type="mcf.FaceParser",
            decode_head=dict(
                type="FCNHead",
                in_channels=32,
                in_index=0,
                channels=32,
                num_convs=0,
                concat_input=False,
                dropout_ratio=0.1,
                norm_cfg=dict(type="BN"),
                align_corners=False,
                loss_decode=dict(type="CrossEntropyLoss"),
            ),
            test_cfg=dict(mode="whole"),
        ),
    ),
)
