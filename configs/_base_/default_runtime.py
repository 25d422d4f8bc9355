_base_ = "./runtime.py"

# a type without scope is looked up in mmpretrain, ours are written mcf.Name
default_scope = "mmpretrain"
custom_imports = dict(
    imports=["mcf.models", "mcf.datasets", "mcf.engine"], allow_failed_imports=False
)

default_hooks = dict(
    # the interval must be a multiple of optim_wrapper.accumulative_counts (400 fits 1,
    # 2, 4, 5, 8, 10, 16)
    checkpoint=dict(interval=400, by_epoch=False, max_keep_ckpts=3),
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

visualizer = dict(type="UniversalVisualizer")
