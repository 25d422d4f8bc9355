# Released fine-tuning for parsing (protocol §2.2, §2.4): AdamW, 1e-4 for the backbone
# and 1e-3 for adapters and head, a tenth after epoch 200. 8 GPUs x 5 = 40 faces a step.
# No warm-up, layer-wise decay, clipping or mixed precision.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=1e-4, betas=(0.9, 0.999), weight_decay=1e-5),
    paramwise_cfg=dict(
        custom_keys={
            "neck.adapters": dict(lr_mult=10),
            "decode_head": dict(lr_mult=10),
        }
    ),
)
param_scheduler = [dict(type="MultiStepLR", by_epoch=True, milestones=[200], gamma=0.1)]

train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=300, val_interval=1)
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")

custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    # decay 0.999 a step, float buffers too; validation, test and checkpoints use it
    dict(
        type="EMAHook",
        ema_type="ExponentialMovingAverage",
        momentum=0.001,
        update_buffers=True,
    ),
    # with test_interval=1 also the best epoch on the test set, as the literature has it
    dict(
        type="mcf.SelectionHook", metric="parsing/mF1", rule="greater", test_interval=1
    ),
]
