# Protocol §1.2: 8 GPUs x 64 images x 8 micro-batches = 4096 images per step.
optim_wrapper = dict(
    constructor="mcf.TrainableParamsConstructor",
    type="mcf.AmpOptimWrapper",
    dtype="float16",
    accumulative_counts=8,
    optimizer=dict(
        type="AdamW",
        lr=1.5e-4 * 4096 / 256,
        betas=(0.9, 0.95),
        weight_decay=0.05,
        fused=True,
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
        T_max=15,
        eta_min=0.0,
        by_epoch=True,
        begin=1,
        end=16,
        convert_to_iter_based=True,
    ),
]

train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=16)

# The learning rate belongs to 512 images per micro-batch over all GPUs.
auto_scale_lr = dict(base_batch_size=512)
