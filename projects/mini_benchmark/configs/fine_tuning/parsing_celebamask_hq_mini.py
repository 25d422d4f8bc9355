# 19 classes of CelebAMask-HQ: 760 faces to train, 40 others to test; the last epoch.
_base_ = [
    "../_base_/parsing_mini_uper.py",
    "../../../../configs/_base_/datasets/celebamask_hq_mini_parsing.py",
    "../_base_/fine_tuning_mini.py",
    "../../../../configs/_base_/parsing_runtime.py",
]

# as in configs/parsing/mcf_vit-tiny-p14_uper_1xb8-fp32-20e_celebamask-hq-mini-112.py
class_weight = [1.0, 1.1, 3.7, 9.4, 11.0, 11.0, 8.2, 8.3, 7.7, 8.5]
class_weight += [9.9, 8.4, 6.6, 0.97, 5.0, 12.0, 15.0, 2.7, 2.9]
data_preprocessor = _base_.data_preprocessor
data_preprocessor.size = (64, 64)
model = dict(
    data_preprocessor=data_preprocessor,
    decode_head=dict(num_classes=19, loss_decode=dict(class_weight=class_weight)),
)
train_cfg = dict(max_epochs=8, val_interval=8)
param_scheduler = [
    dict(
        type="CosineAnnealingLR",
        T_max=8,
        by_epoch=True,
        begin=0,
        end=8,
        convert_to_iter_based=True,
    )
]
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(type="mcf.SelectionHook", metric="parsing/mF1", rule="greater"),
]

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[2].size = test_pipeline[1].size = 64
parts = _base_.train_dataloader.dataset.dataset.datasets
parts[0].pipeline = parts[1].pipeline = train_pipeline
train_dataloader = dict(dataset=dict(dataset=dict(datasets=parts)))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(pipeline=test_pipeline))
