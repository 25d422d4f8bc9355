# The MoCo v3 ViT that the arm mocov3 of the mini benchmark trains.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(
        type="VisionTransformer",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        img_size=64,
        patch_size=8,
    ),
    taps=["layers.1", "layers.3", "layers.5"],
    checkpoint="arm://mocov3",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
)
