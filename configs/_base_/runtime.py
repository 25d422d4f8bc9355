# What every task's runtime shares; theirs add scope, imports, checkpoints and pictures.
default_hooks = dict(
    # time of each iteration and of loading its data
    timer=dict(type="IterTimerHook"),
    # log every 50 iterations
    logger=dict(type="LoggerHook", interval=50),
    # learning-rate and weight-decay schedules
    param_scheduler=dict(type="ParamSchedulerHook"),
    # complete or absent, never half-written
    checkpoint=dict(type="mcf.AtomicCheckpointHook"),
    # another order of the images in every epoch
    sampler_seed=dict(type="DistSamplerSeedHook"),
)

env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method="fork", opencv_num_threads=0),
    dist_cfg=dict(backend="nccl"),
)

# TensorBoard: add dict(type="TensorboardVisBackend") to this list; on the command line
# --cfg-options visualizer.vis_backends.0.type=TensorboardVisBackend puts it in place
vis_backends = [dict(type="mcf.LocalVisBackend")]
visualizer = dict(vis_backends=vis_backends)

# losses and times in the log are means over this many iterations
log_processor = dict(window_size=50)
log_level = "INFO"

# weights to start from (tools/train.py --init-from for other libraries' formats)
load_from = None
resume = False

# a fixed seed, so that a resumed run equals one that was never stopped
randomness = dict(seed=0, deterministic=False)
