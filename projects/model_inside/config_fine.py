# The last part of the training, on crops of 160 pixels:
#   mcf train projects/model_inside/config_fine.py --cfg-options \
#       load_from=work_dirs/config/iter_2600.pth
_base_ = "./config.py"

size = 160
iterations = 1100

train_pipeline = _base_.train_pipeline
train_pipeline[0].size = size
train_dataloader = dict(dataset=dict(pipeline=train_pipeline))
train_cfg = dict(max_iters=iterations)
optim_wrapper = dict(optimizer=dict(lr=6e-4))
param_scheduler = [
    dict(type="LinearLR", start_factor=0.1, by_epoch=False, begin=0, end=50),
    dict(
        type="CosineAnnealingLR",
        by_epoch=False,
        begin=50,
        end=iterations,
        eta_min_ratio=0.01,
    ),
]
randomness = dict(seed=1)
