# Protocol §2.2: 8 GPUs x 5 faces; 1e-4 for the backbone, 1e-2 for all else. The run
# config says how many epochs.
optim_wrapper = dict(
    type="mcf.OptimWrapper",
    optimizer=dict(type="AdamW", lr=1e-2, betas=(0.9, 0.999), weight_decay=1e-5),
    paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=0.01)}),
)
param_scheduler = [dict(type="MultiStepLR", milestones=[200], gamma=0.1, by_epoch=True)]
train_cfg = dict(type="mcf.ResumableEpochLoop", max_epochs=150, val_interval=1)
auto_scale_lr = dict(base_batch_size=40)
