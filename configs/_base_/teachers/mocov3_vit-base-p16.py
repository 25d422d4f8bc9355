# The released teacher: vit-b-300ep.pth.tar of facebookresearch/moco-v3 (CONFIG.md
# there), ViT-B/16, 300 epochs of ImageNet.
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="VisionTransformer", arch="base", img_size=224),
    taps=["layers.2", "layers.5", "layers.8", "layers.11"],
    checkpoint="data/weights/vit-b-300ep.pth.tar",
    mean=[123.675, 116.28, 103.53],
    std=[58.395, 57.12, 57.375],
    input_size=224,
)
