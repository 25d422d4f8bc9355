# Head pose as six numbers, trained on 300W-LP, tested on AFLW2000. A mirrored head has
# another rotation, so nothing is mirrored.
_base_ = [
    "../_base_/models/classifier_vit-tiny-p14.py",
    "../_base_/datasets/face_task_112.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(head=dict(type="mcf.RotationHead", in_channels=192))
test_pipeline = {{_base_.test_pipeline}}
dataset = dict(type="mcf.Pose300WLP", data_root="data/300w_lp")
train_dataloader = dict(dataset=dict(pipeline=test_pipeline, **dataset))
test_dataloader = dict(dataset=dict(type="mcf.AFLW2000", data_root="data/aflw2000"))
