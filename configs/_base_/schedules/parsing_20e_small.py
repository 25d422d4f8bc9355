# Short fine-tuning for parsing on one device: AdamW, 6e-4 for the backbone and 2e-3 for
# adapters and head, cosine decay. The mean of weights is as short as the run.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=6e-4, betas=(0.9, 0.999), weight_decay=0.05),
    paramwise_cfg=dict(
        custom_keys={
            "neck.adapters": dict(lr_mult=10 / 3),
            "decode_head": dict(lr_mult=10 / 3),
        }
    ),
)
param_scheduler = [
    dict(
        type="LinearLR",
        start_factor=0.01,
        by_epoch=True,
        begin=0,
        end=1,
        convert_to_iter_based=True,
    ),
    dict(
        type="CosineAnnealingLR",
        T_max=19,
        by_epoch=True,
        begin=1,
        end=20,
        convert_to_iter_based=True,
    ),
]

train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=20, val_interval=5)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")

custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(
        type="EMAHook",
        ema_type="ExponentialMovingAverage",
        momentum=0.01,
        update_buffers=True,
    ),
    dict(type="mcf.SelectionHook", metric="parsing/mF1", rule="greater"),
]
