# Drawn faces in about a minute on one core: first steps, and the demo.
_base_ = [
    "../_base_/models/alignment_vit-tiny-p14_simcc.py",
    "../_base_/datasets/synthetic68_alignment.py",
    "../_base_/schedules/alignment_adamw_40e_small.py",
    "../_base_/alignment_runtime.py",
]

model = dict(head=dict(out_channels=68))
train_pipeline = _base_.train_pipeline
train_pipeline[-2].encoder = _base_.codec
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))

optim_wrapper = dict(
    optimizer=dict(lr=1e-3),
    paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=0.5)}),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=1e-3, by_epoch=False, begin=0, end=20),
    dict(
        type="CosineAnnealingLR",
        T_max=12,
        by_epoch=True,
        begin=0,
        end=12,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(max_epochs=12, val_interval=6)
default_hooks = dict(ema=dict(momentum=0.03), logger=dict(interval=12))
