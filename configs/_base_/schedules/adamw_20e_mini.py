# The mini benchmark's budget, one for all arms: 20 epochs of AdamW on one device.
optim_wrapper = dict(
    constructor="mcf.TrainableParamsConstructor",
    type="mcf.OptimWrapper",
    optimizer=dict(
        type="AdamW", lr=8e-4, betas=(0.9, 0.95), weight_decay=0.05, fused=True
    ),
    paramwise_cfg=dict(bias_decay_mult=0.0, flat_decay_mult=0.0),
)

param_scheduler = [
    dict(
        type="LinearLR",
        start_factor=1e-4,
        by_epoch=True,
        begin=0,
        end=1,
        convert_to_iter_based=True,
    ),
    dict(
        type="CosineAnnealingLR",
        T_max=19,
        eta_min=0.0,
        by_epoch=True,
        begin=1,
        end=20,
        convert_to_iter_based=True,
    ),
]

train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=20)
