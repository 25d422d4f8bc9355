_base_ = "./runtime.py"

# Runs on mmpose's parts: a type without scope is looked up there.
default_scope = "mmpose"
custom_imports = dict(imports=["mcf.alignment"], allow_failed_imports=False)

default_hooks = dict(
    checkpoint=dict(interval=1, by_epoch=True, max_keep_ckpts=1),
    # decay 0.999 a step, of weights and float buffers; evaluation uses the average
    ema=dict(
        type="EMAHook",
        ema_type="ExponentialMovingAverage",
        momentum=0.001,
        update_buffers=True,
    ),
    # scores of the last epoch, the best on validation and the best on test, side by
    # side; without test_interval the test set is not watched
    selection=dict(
        type="mcf.SelectionHook",
        metric="landmark/full/nme_interocular",
        rule="less",
        test_interval=1,
    ),
)

custom_hooks = [
    # dropout depends on (seed, rank, iteration) alone: exact resume
    dict(type="mcf.SeedIterationHook"),
    # save the batch of a non-finite loss and stop
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(type="mcf.ThroughputHook"),
]

val_cfg = dict()
test_cfg = dict()

visualizer = dict(type="PoseLocalVisualizer")
