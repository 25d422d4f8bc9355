# Short fine-tuning on one device: AdamW, a tenth of the rate for the backbone, cosine.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=1e-3, betas=(0.9, 0.999), weight_decay=0.05),
    paramwise_cfg=dict(
        custom_keys={"backbone.": dict(lr_mult=0.1)},
        bias_decay_mult=0.0,
        flat_decay_mult=0.0,
    ),
)
param_scheduler = [
    dict(
        type="CosineAnnealingLR",
        T_max=10,
        by_epoch=True,
        begin=0,
        end=10,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=10)
test_cfg = dict(type="TestLoop")
