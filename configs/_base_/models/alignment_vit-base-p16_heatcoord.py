# ViT-B/16 at 448 pixels with the released head (protocol §2.1). The run config says
# how many points there are (model.head.num_keypoints).
norm_cfg = dict(type="SyncBN")

model = dict(
    type="TopdownPoseEstimator",
    data_preprocessor=dict(
        type="PoseDataPreprocessor",
        # ImageNet's, as MCF was pre-trained with; FaRL's own weights need CLIP's
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
    ),
    backbone=dict(
        type="mcf.DenseViT",
        arch="base",
        input_size=448,  # 28 x 28 patches; crops of 512 are resized
        patch_size=16,
        out_indices=(3, 5, 7, 11),
        with_cp=True,
    ),
    neck=dict(type="mcf.ViTFeaturePyramid", embed_dims=768, norm_cfg=norm_cfg),
    head=dict(
        type="mcf.HeatmapCoordHead",
        in_channels=[768, 768, 768, 768],
        channels=768,
        norm_cfg=norm_cfg,
        heatmap_size=(128, 128),
        heatmap_radius=5.0,
        decoder=dict(type="mcf.NormalisedPoints", input_size=(512, 512)),
    ),
    test_cfg=dict(flip_test=False),
)
