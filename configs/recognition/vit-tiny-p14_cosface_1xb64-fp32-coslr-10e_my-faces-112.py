# Identity by cosface: a folder of aligned faces for each person. Judge the backbone by
# `mcf benchmark` (LFW); set model.head.num_classes to the number of people.
_base_ = [
    "../_base_/models/classifier_vit-tiny-p14.py",
    "../_base_/datasets/face_task_112.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(
    head=dict(
        type="mcf.CosFaceClsHead",
        num_classes=1000,
        in_channels=192,
        scale=64.0,
        margins=0.35,
    )
)
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="CustomDataset",
        data_root="data/my_faces",
        pipeline={{_base_.train_pipeline}},
    )
)
test_dataloader = None
test_evaluator = None
test_cfg = None
