# The small backbone with the released head: heat maps read as coordinates, the targets
# as wide for a crop of 112 pixels as the released ones for 512. The run config says
# how many points there are (model.head.num_keypoints).
_base_ = ["./alignment_vit-tiny-p14.py"]

model = dict(
    backbone=dict(out_indices=(1, 2, 3, 5)),
    neck=dict(type="mcf.ViTFeaturePyramid", embed_dims=192, norm_cfg=dict(type="BN")),
    head=dict(
        type="mcf.HeatmapCoordHead",
        in_channels=[192, 192, 192, 192],
        channels=64,
        norm_cfg=dict(type="BN"),
        heatmap_size=(64, 64),
        heatmap_radius=2.5,
        decoder=dict(type="mcf.NormalisedPoints", input_size=(112, 112)),
    ),
)
