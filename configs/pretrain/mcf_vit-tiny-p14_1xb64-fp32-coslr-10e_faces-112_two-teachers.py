# Small faces with two teachers: ImageNet MobileNetV2, its four taps at half weight, and
# the face network MobileFaceNet.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    target_generator=dict(
        type="mcf.SeveralTeachers",
        teachers=[
            {{_base_.teacher}},
            dict(  # as in teachers/mobilefacenet.py: two bases cannot share a name
                type="mcf.TeacherTarget",
                model=dict(type="mcf.MobileFaceNet"),
                taps=["features.4", "features.11", "features.14"],
                checkpoint="data/weights/mobilefacenet_ms1m.pt",
                input_size=64,
                interpolation="bilinear",
                autocast=False,
            ),
        ],
    ),
    feature_loss=dict(tap_weights=[0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 1.0]),
)
