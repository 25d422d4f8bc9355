# Direct prediction of a teacher's features, without backbone and teacher: 224 pixels, a
# 2-block decoder. The run config gives the backbone, with its cell size and width, the
# teacher, and in neck.outputs the k * k * C numbers that a patch predicts of each tap.
model = dict(
    type="mcf.FeaturePrediction",
    data_preprocessor=dict(
        type="SelfSupDataPreprocessor",
        mean=[123.675, 116.28, 103.53],
        std=[58.395, 57.12, 57.375],
        to_rgb=True,
    ),
    masking=dict(type="mcf.RandomMasking", ratio=0.75),
    neck=dict(
        type="mcf.FeatureDecoder",
        img_size=224,
        embed_dims=512,
        depth=2,
        num_heads=16,
    ),
    feature_loss=dict(type="mcf.SmoothFeatureLoss"),
)
