# UTKFace's ages 21 to 60 by CORAL's split, as a distribution over years (DLDL-v2).
_base_ = [
    "../_base_/models/classifier_vit-tiny-p14.py",
    "../_base_/datasets/face_task_112.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(
    head=dict(type="mcf.DistributionAgeHead", in_channels=192, youngest=0, oldest=100)
)
dataset = dict(type="mcf.UTKFace", data_root="data/utkface", task="age")
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
