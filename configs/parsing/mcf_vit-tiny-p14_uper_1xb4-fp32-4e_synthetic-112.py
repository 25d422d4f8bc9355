# Drawn faces: under a minute on one core.
_base_ = [
    "../_base_/models/parsing_vit-tiny-p14_uper.py",
    "../_base_/datasets/synthetic_parsing.py",
    "../_base_/schedules/parsing_20e_small.py",
    "../_base_/parsing_runtime.py",
]

# Short runs find small parts only if their pixels count for more: 1 / sqrt(share) of
# the training pixels, background 1.
class_weight = [1.0, 1.8, 14.0, 14.0, 13.0, 12.0, 6.6, 17.0, 18.0, 13.0, 2.1]

data_preprocessor = _base_.data_preprocessor
model = dict(
    data_preprocessor=data_preprocessor,
    decode_head=dict(num_classes=11, loss_decode=dict(class_weight=class_weight)),
)

param_scheduler = [
    dict(
        type="CosineAnnealingLR",
        T_max=4,
        by_epoch=True,
        begin=0,
        end=4,
        convert_to_iter_based=True,
    )
]
train_cfg = dict(max_epochs=4, val_interval=4)

# too few steps for a mean of weights
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(type="mcf.SelectionHook", metric="parsing/mF1", rule="greater"),
]
