# The same by ViT-B/16 on GPUs, with the released data and schedule; never run. Two
# teachers look at 224 pixels: MobileFaceNet (4 x 4, 2 x 2 and 1 cells a patch) and the
# released MoCo v3 (1 token a patch and tap). Images are flipped, so nothing is kept on
# disk.
_base_ = [
    "../_base_/models/direct.py",
    "../_base_/teachers/mocov3_vit-base-p16.py",
    "../_base_/datasets/faces_released_224.py",
    "../_base_/schedules/adamw_16e_released.py",
    "../_base_/direct_runtime.py",
]

face_network = dict(
    type="mcf.TeacherTarget",
    model=dict(type="mcf.MobileFaceNet"),
    taps=["features.4", "features.11", "features.14"],
    checkpoint="data/weights/mobilefacenet_ms1m.pt",
    input_size=224,
    interpolation="bilinear",
)
model = dict(
    backbone=dict(type="mcf.MaskedViT", arch="base", img_size=224, patch_size=16),
    neck=dict(
        outputs=[4 * 4 * 64, 2 * 2 * 128, 128, 768, 768, 768, 768],
        patch_size=16,
        encoder_dims=768,
    ),
    target_generator=dict(
        type="mcf.SeveralTeachers",
        teachers=[
            dict(type="mcf.TeacherCells", grid=14, teacher=face_network),
            dict(
                type="mcf.TeacherCells",
                grid=14,
                teacher={{_base_.teacher}},
                extra_tokens=1,
            ),
        ],
    ),
)
