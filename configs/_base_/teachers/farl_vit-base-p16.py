# FaRL ViT-B/16: FaRL-Base-Patch16-LAIONFace20M-ep64.pth of FacePerceiver/FaRL (release
# "pretrained_weights"). CLIP's kind of ViT (protocol §5.3).
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(
        type="VisionTransformer",
        arch="base",
        img_size=224,
        norm_cfg=dict(type="LN", eps=1e-5),
        layer_cfgs=dict(act_cfg=dict(type="mmpretrain.QuickGELU")),
        pre_norm=True,
    ),
    taps=["layers.2", "layers.5", "layers.8", "layers.11"],
    checkpoint="data/weights/FaRL-Base-Patch16-LAIONFace20M-ep64.pth",
    mean=[122.7709383, 116.7460125, 104.09373615],  # CLIP's, 0-255 scale
    std=[68.5005327, 66.6321579, 70.32316305],
    input_size=224,
)
