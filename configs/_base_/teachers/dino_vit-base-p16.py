# DINO ViT-B/16, backbone only: dino_vitbase16_pretrain.pth of facebookresearch/dino
# (README there); timm's names.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="VisionTransformer", arch="base", img_size=224),
    taps=["layers.2", "layers.5", "layers.8", "layers.11"],
    checkpoint="data/weights/dino_vitbase16_pretrain.pth",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    input_size=224,
)
