_base_ = "./runtime.py"

# What joint configs share. A task's network and data set name their host as _scope_.
default_scope = "mcf"
custom_imports = dict(
    imports=["mcf.alignment", "mcf.parsing"], allow_failed_imports=False
)

default_hooks = dict(checkpoint=dict(interval=1, by_epoch=True, max_keep_ckpts=2))
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(
        type="EMAHook",
        ema_type="ExponentialMovingAverage",
        momentum=0.01,
        update_buffers=True,
    ),
]
val_cfg = dict(type="ValLoop")
test_cfg = dict(type="TestLoop")
visualizer = dict(type="Visualizer")
log_processor = dict(by_epoch=True)
