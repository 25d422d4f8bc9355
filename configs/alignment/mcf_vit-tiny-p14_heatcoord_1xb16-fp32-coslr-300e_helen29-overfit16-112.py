# A check of all parts together: 16 faces, plain crops, learnt by heart. The error on
# the same faces must fall below 1.5 %.
_base_ = [
    "../_base_/models/alignment_vit-tiny-p14_heatcoord.py",
    "../_base_/datasets/helen29_alignment.py",
    "../_base_/schedules/alignment_adamw_40e_small.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(num_keypoints=29, dropout_ratio=0.0))

crop, pack = _base_.test_pipeline[1], _base_.test_pipeline[-1]
train_pipeline = [dict(type="mcf.LoadFaceImage"), crop, _base_.train_pipeline[-2], pack]
faces = dict(part=None, indices=16)
train_dataloader = dict(
    batch_size=16, dataset=dict(dataset=dict(pipeline=train_pipeline, **faces))
)
val_dataloader = dict(batch_size=16, dataset=faces)
test_dataloader = dict(batch_size=16, dataset=faces)

optim_wrapper = dict(optimizer=dict(weight_decay=0.0))
param_scheduler = [
    dict(type="LinearLR", start_factor=1e-3, by_epoch=False, begin=0, end=20),
    dict(type="CosineAnnealingLR", T_max=300, by_epoch=True, begin=0, end=300),
]
train_cfg = dict(max_epochs=300, val_interval=50)
default_hooks = dict(
    ema=dict(momentum=0.1), checkpoint=dict(interval=100), logger=dict(interval=10)
)
