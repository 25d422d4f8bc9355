# What all arms of the mini benchmark share. tools/mini_benchmark.py adds what belongs
# to the protocol: the seed, the probes, the cost and the exported backbones.
_base_ = ["../../../../configs/_base_/default_runtime.py"]

default_hooks = dict(checkpoint=dict(interval=1, by_epoch=True, max_keep_ckpts=1))
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
    dict(type="mcf.AttentionHook"),
    dict(type="mcf.ThroughputHook"),
    dict(type="mcf.BadImageHook", max_share=0.05),
]
