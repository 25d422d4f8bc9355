# One device, float32: a CPU, or a GPU for small models.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=5e-3, betas=(0.9, 0.999), weight_decay=0.05),
    paramwise_cfg=dict(
        custom_keys={"backbone.": dict(lr_mult=0.1)},
        bias_decay_mult=0.0,
        flat_decay_mult=0.0,
    ),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=1e-3, by_epoch=False, begin=0, end=50),
    dict(
        type="CosineAnnealingLR",
        T_max=40,
        by_epoch=True,
        begin=0,
        end=40,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=40, val_interval=5)
