# What all parsing configs share. A type without scope is looked up in mmsegmentation,
# ours are written mcf.Name.
default_scope = "mmseg"
custom_imports = dict(imports=["mcf.parsing"], allow_failed_imports=False)

default_hooks = dict(
    timer=dict(type="IterTimerHook"),
    logger=dict(type="LoggerHook", interval=50),
    param_scheduler=dict(type="ParamSchedulerHook"),
    # the newest epochs; the best one on the validation part is kept by SelectionHook
    checkpoint=dict(
        type="mcf.AtomicCheckpointHook", interval=1, by_epoch=True, max_keep_ckpts=2
    ),
    sampler_seed=dict(type="DistSamplerSeedHook"),
    check_classes=dict(type="mcf.CheckClassesHook"),
)

env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method="fork", opencv_num_threads=0),
    dist_cfg=dict(backend="nccl"),
)

vis_backends = [dict(type="mcf.LocalVisBackend")]
visualizer = dict(type="SegLocalVisualizer", vis_backends=vis_backends)

log_processor = dict(window_size=50, by_epoch=True)
log_level = "INFO"

load_from = None
resume = False

# a fixed seed, so that a resumed run equals one that was never stopped
randomness = dict(seed=0, deterministic=False)
