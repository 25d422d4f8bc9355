# RAF-DB's 7 expressions.
_base_ = [
    "../_base_/models/classifier_vit-tiny-p14.py",
    "../_base_/datasets/face_task_112.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(head=dict(type="LinearClsHead", num_classes=7, in_channels=192))
dataset = dict(type="mcf.RAFDB", data_root="data/rafdb")
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
