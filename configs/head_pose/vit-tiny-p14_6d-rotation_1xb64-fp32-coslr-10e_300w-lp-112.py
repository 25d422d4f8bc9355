# Head pose as six numbers, trained on 300W-LP and tested on AFLW2000, cut as 6DRepNet
# does. A mirrored head has another rotation, so mcf.PoseFlip mirrors both.
_base_ = [
    "../_base_/models/classifier_vit-tiny-p14.py",
    "../_base_/datasets/face_task_112.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(head=dict(type="mcf.RotationHead", in_channels=192))
pack = dict(
    type="PackInputs",
    algorithm_keys=["gt_rotation"],
    meta_keys=("sample_name", "img_path", "groups"),
)
train_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="mcf.LooseCrop"),
    dict(type="mcf.PoseFlip"),
    dict(type="Resize", scale=(112, 112)),
    pack,
]
test_pipeline = [
    dict(type="mcf.LoadFaceImage"),
    dict(type="mcf.LooseCrop", k=(0.2, 0.2), sides=(2.0, 2.0, 2.0, 0.6)),
    dict(type="Resize", scale=(112, 112)),
    pack,
]
train_dataloader = dict(
    dataset=dict(
        type="mcf.Pose300WLP", data_root="data/300w_lp", pipeline=train_pipeline
    )
)
test_dataloader = dict(
    dataset=dict(type="mcf.AFLW2000", data_root="data/aflw2000", pipeline=test_pipeline)
)
