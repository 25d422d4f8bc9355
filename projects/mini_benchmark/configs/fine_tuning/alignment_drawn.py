# 68 points of drawn faces: 192 to train, 96 to test; the last epoch.
_base_ = [
    "../_base_/alignment_mini_simcc.py",
    "../../../../configs/_base_/datasets/synthetic68_alignment.py",
    "../_base_/fine_tuning_mini.py",
    "../../../../configs/_base_/alignment_runtime.py",
]

model = dict(head=dict(out_channels=68))
default_hooks = dict(ema=dict(momentum=0.02), selection=dict(test_interval=None))

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[1].size = test_pipeline[1].size = 64
train_pipeline[-2].encoder = _base_.codec
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
