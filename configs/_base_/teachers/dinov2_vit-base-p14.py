# DINOv2 ViT-B/14 without registers: dinov2_vitb14_pretrain.pth of
# facebookresearch/dinov2 (README there). Its 37 x 37 positions are resized to 16 x 16.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(
        type="VisionTransformer",
        arch="base",
        img_size=224,
        patch_size=14,
        layer_scale_init_value=1e-5,
    ),
    taps=["layers.2", "layers.5", "layers.8", "layers.11"],
    checkpoint="data/weights/dinov2_vitb14_pretrain.pth",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    input_size=224,
)
