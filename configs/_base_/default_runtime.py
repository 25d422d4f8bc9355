# a type without scope is looked up in mmpretrain, ours are written mcf.Name
default_scope = "mmpretrain"
custom_imports = dict(
    imports=["mcf.models", "mcf.datasets", "mcf.engine"], allow_failed_imports=False
)

default_hooks = dict(
    # time of each iteration and of loading its data
    timer=dict(type="IterTimerHook"),
    # log every 50 iterations
    logger=dict(type="LoggerHook", interval=50),
    # learning-rate and weight-decay schedules
    param_scheduler=dict(type="ParamSchedulerHook"),
    # complete or absent, never half-written; the interval must be a multiple of
    # optim_wrapper.accumulative_counts (400 fits 1, 2, 4, 5, 8, 10, 16)
    checkpoint=dict(
        type="mcf.AtomicCheckpointHook", interval=400, by_epoch=False, max_keep_ckpts=3
    ),
    # another order of the images in every epoch
    sampler_seed=dict(type="DistSamplerSeedHook"),
)

custom_hooks = [
    # masks and dropout depend on (seed, rank, iteration) alone: exact resume
    dict(type="mcf.SeedIterationHook"),
    # save the batch of a non-finite loss; raise max_skips to go on a few times
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    # the form of attention that is fastest on the device at the run's precision
    dict(type="mcf.AttentionHook"),
    # images/s in the log
    dict(type="mcf.ThroughputHook"),
    # log unreadable images, stop when there are too many
    dict(type="mcf.BadImageHook", max_share=0.05),
    # pictures of masks, pseudo images and teacher similarity
    dict(type="mcf.ReconstructionHook", interval=500),
    # work_dir/backbone_online.pth for mmpretrain, mmpose and mmsegmentation
    dict(type="mcf.ExportBackboneHook", encoder="online"),
]

env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method="fork", opencv_num_threads=0),
    dist_cfg=dict(backend="nccl"),
)

# TensorBoard: add dict(type="TensorboardVisBackend") to this list; on the command line
# --cfg-options visualizer.vis_backends.0.type=TensorboardVisBackend puts it in place
vis_backends = [dict(type="mcf.LocalVisBackend")]
visualizer = dict(type="UniversalVisualizer", vis_backends=vis_backends)

# losses and times in the log are means over this many iterations
log_processor = dict(window_size=50)
log_level = "INFO"

# weights to start from (tools/train.py --init-from for other libraries' formats)
load_from = None
resume = False

# a fixed seed, so that a resumed run equals one that was never stopped
randomness = dict(seed=0, deterministic=False)
