# Small faces whose features by the teacher are kept on disk: without flips every epoch
# shows the same images, so the teacher sees each true image once. Worth it for a heavy
# teacher and a set that fits on the disk.
_base_ = [
    "../_base_/models/mcf_vit-tiny-p14.py",
    "../_base_/teachers/mobilenetv2.py",
    "../_base_/datasets/faces_112.py",
    "../_base_/schedules/adamw_10e_small.py",
    "../_base_/default_runtime.py",
]

model = dict(
    target_generator=dict(
        type="mcf.CachedTeacher",
        teacher={{_base_.teacher}},
        folder="work_dirs/teacher_features",
    )
)

train_pipeline = [
    dict(type="mcf.DecodeImage"),
    dict(
        type="ResizeEdge",
        scale=112,
        edge="short",
        backend="pillow",
        interpolation="bilinear",
    ),
    dict(type="CenterCrop", crop_size=112),
    dict(
        type="PackInputs",
        meta_keys=("sample_idx", "img_path", "ori_shape", "img_shape", "bad_images"),
    ),
]
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
