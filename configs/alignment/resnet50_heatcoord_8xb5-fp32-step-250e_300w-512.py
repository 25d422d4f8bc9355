# Another backbone under the same head and recipe: its four stages are the pyramid, so
# no neck.
_base_ = [
    "../_base_/datasets/300w_alignment.py",
    "../_base_/schedules/alignment_adamw_released.py",
    "../_base_/alignment_runtime.py",
]

norm_cfg = dict(type="SyncBN")
model = dict(
    type="TopdownPoseEstimator",
    data_preprocessor=dict(
        type="PoseDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        bgr_to_rgb=True,
    ),
    backbone=dict(
        type="mmpretrain.ResNet",
        depth=50,
        out_indices=(0, 1, 2, 3),
        norm_cfg=norm_cfg,
        init_cfg=dict(type="Pretrained", checkpoint="torchvision://resnet50"),
    ),
    head=dict(
        type="mcf.HeatmapCoordHead",
        in_channels=[256, 512, 1024, 2048],
        num_keypoints=68,
        channels=256,
        norm_cfg=norm_cfg,
        decoder=dict(type="mcf.NormalisedPoints", input_size=(512, 512)),
    ),
    test_cfg=dict(flip_test=False),
)
train_cfg = dict(max_epochs=250)
