# Direct prediction for 64-pixel faces by a ViT-Ti of 6 blocks, 64 patches. Its images
# come at the size of the store; the teacher (MobileFaceNet, given by the run config)
# looks at 128 pixels: 4 x 4, 2 x 2 and 1 cells a patch.
_base_ = ["./direct.py"]

model = dict(
    backbone=dict(
        type="mcf.MaskedViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        img_size=64,
        patch_size=8,
    ),
    neck=dict(
        outputs=[4 * 4 * 64, 2 * 2 * 128, 128],
        img_size=64,
        patch_size=8,
        encoder_dims=192,
        embed_dims=128,
        num_heads=4,
    ),
    target_generator=dict(
        type="mcf.TeacherCells",
        grid=8,
        teacher=dict(
            type="mcf.CachedTeacher", folder="work_dirs/teacher_features", half=True
        ),
    ),
)
