# 29 points of Helen: 163 faces to train, 38 of other photos to test; the last epoch.
_base_ = [
    "../_base_/alignment_mini_simcc.py",
    "../../../../configs/_base_/datasets/helen29_alignment.py",
    "../_base_/fine_tuning_mini.py",
    "../../../../configs/_base_/alignment_runtime.py",
]

model = dict(head=dict(out_channels=29))
default_hooks = dict(ema=dict(momentum=0.02), selection=dict(test_interval=None))

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[1].size = test_pipeline[1].size = 64
train_pipeline[-2].encoder = _base_.codec
data_root = "data/faces_samples/helen_29"
train_dataloader = dict(
    dataset=dict(dataset=dict(data_root=data_root, pipeline=train_pipeline))
)
val_dataloader = dict(dataset=dict(data_root=data_root, pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(data_root=data_root, pipeline=test_pipeline))
