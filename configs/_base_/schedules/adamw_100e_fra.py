# FRA's fine-tuning for expressions: AdamW, 2e-4 for backbone and head, weight decay
# 0.05, cosine, 100 epochs.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=2e-4, weight_decay=0.05),
)
param_scheduler = [
    dict(
        type="CosineAnnealingLR",
        T_max=100,
        by_epoch=True,
        begin=0,
        end=100,
        convert_to_iter_based=True,
    ),
]
train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=100)
test_cfg = dict(type="TestLoop")
