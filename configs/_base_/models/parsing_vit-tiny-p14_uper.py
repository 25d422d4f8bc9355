# Small parsing network for a CPU: the ViT-Ti/14 of the small pre-training configs at
# 112 pixels, all stages narrower. num_classes is set where the data set is chosen.
model = dict(
    type="mcf.FaceParser",
    backbone=dict(
        type="mcf.DenseViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        input_size=112,
        patch_size=14,
        out_indices=[1, 2, 3, 5],
    ),
    neck=dict(type="mcf.ViTFeaturePyramid", embed_dims=192, norm_cfg=dict(type="BN")),
    decode_head=dict(
        type="UPerHead",
        in_channels=[192, 192, 192, 192],
        in_index=[0, 1, 2, 3],
        channels=64,
        pool_scales=(1, 2, 3),
        dropout_ratio=0.1,
        norm_cfg=dict(type="BN"),
        align_corners=False,
        loss_decode=dict(type="CrossEntropyLoss"),
    ),
    test_cfg=dict(mode="whole"),
)
