# LaPa's 11 classes on drawn faces: 256 to train, 48 others to test; the last epoch.
_base_ = [
    "../_base_/parsing_mini_uper.py",
    "../../../../configs/_base_/datasets/synthetic_parsing.py",
    "../_base_/fine_tuning_mini.py",
    "../../../../configs/_base_/parsing_runtime.py",
]

# as in configs/parsing/mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112.py
class_weight = [1.0, 1.8, 14.0, 14.0, 13.0, 12.0, 6.6, 17.0, 18.0, 13.0, 2.1]
data_preprocessor = _base_.data_preprocessor
data_preprocessor.size = (64, 64)
model = dict(
    data_preprocessor=data_preprocessor,
    decode_head=dict(num_classes=11, loss_decode=dict(class_weight=class_weight)),
)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(type="mcf.SelectionHook", metric="parsing/mF1", rule="greater"),
]

train_pipeline = _base_.train_pipeline
test_pipeline = _base_.test_pipeline
train_pipeline[0].size = test_pipeline[0].size = 64
train_dataloader = dict(dataset=dict(dataset=dict(size=64, pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(size=64, pipeline=test_pipeline))
test_dataloader = dict(dataset=dict(size=64, pipeline=test_pipeline))
