# One device, float32: AdamW, 6e-4 for the backbone and 2e-3 for all else, cosine.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=2e-3, betas=(0.9, 0.999), weight_decay=0.05),
    paramwise_cfg=dict(
        custom_keys={"backbone.": dict(lr_mult=0.3)},
        bias_decay_mult=0.0,
        flat_decay_mult=0.0,
    ),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=0.01, by_epoch=False, begin=0, end=100),
    dict(
        type="CosineAnnealingLR",
        T_max=20,
        by_epoch=True,
        begin=0,
        end=20,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=20, val_interval=5)
