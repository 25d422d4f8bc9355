# Small faces with a face network as the teacher: MobileFaceNet of MS1M, the weights
# of foamliu/MobileFaceNet. It looks at the faces at half their size, for speed.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    target_generator=dict(
        type="mcf.TeacherTarget",
        model=dict(type="mcf.MobileFaceNet"),
        taps=["features.4", "features.11", "features.14"],
        checkpoint="data/weights/mobilefacenet_ms1m.pt",
        input_size=64,
        interpolation="bilinear",
    )
)
