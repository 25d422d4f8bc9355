# Fine-tuning in the mini benchmark: 24 epochs of AdamW, the backbone at half the rate
# of the head. A few-shot epoch has as many steps as a whole one.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=1e-3, betas=(0.9, 0.999), weight_decay=0.05),
    paramwise_cfg=dict(
        custom_keys={"backbone.": dict(lr_mult=0.5)},
        bias_decay_mult=0.0,
        flat_decay_mult=0.0,
    ),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=1e-3, by_epoch=False, begin=0, end=50),
    dict(
        type="CosineAnnealingLR",
        T_max=24,
        by_epoch=True,
        begin=0,
        end=24,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=24, val_interval=24)
