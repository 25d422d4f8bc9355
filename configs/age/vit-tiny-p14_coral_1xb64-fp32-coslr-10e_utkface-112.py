# UTKFace's ages 21 to 60 by CORAL's split, as ranks (CORAL).
_base_ = [
    "../_base_/models/classifier_vit-tiny-p14.py",
    "../_base_/datasets/face_task_112.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(
    head=dict(type="mcf.CoralAgeHead", in_channels=192, youngest=21, oldest=60)
)
dataset = dict(type="mcf.UTKFace", data_root="data/utkface", task="age")
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
