# ViT-Ti/14 with 6 blocks at 112 pixels, 8 x 8 patches: the backbone of the small
# pre-training configs. The run config adds the head.
model = dict(
    type="TopdownPoseEstimator",
    data_preprocessor=dict(
        type="PoseDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
    ),
    backbone=dict(
        type="mcf.DenseViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        input_size=112,
        patch_size=14,
        out_indices=(5,),
    ),
    test_cfg=dict(flip_test=False),
)
