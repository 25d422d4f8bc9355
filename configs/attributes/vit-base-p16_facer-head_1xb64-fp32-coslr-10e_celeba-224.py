# CelebA's 40 attributes at the size and by the head of FaRL's released network. Its
# learning rate and epochs are not published: these are ours.
_base_ = [
    "../_base_/models/classifier_vit-base-p16.py",
    "../_base_/datasets/face_task_224.py",
    "../_base_/schedules/adamw_10e_face_task.py",
    "../_base_/global_runtime.py",
]

model = dict(
    backbone=dict(out_type="raw"),
    head=dict(type="mcf.PooledTokensHead", in_channels=768, num_classes=40),
)
dataset = dict(type="mcf.CelebA40", data_root="data/celeba")
train_dataloader = dict(dataset=dataset)
test_dataloader = dict(dataset=dataset)
