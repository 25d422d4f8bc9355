_base_ = "./runtime.py"

# What all configs of global tasks share. A type without scope is looked up in
# mmpretrain, ours are written mcf.Name.
default_scope = "mmpretrain"
custom_imports = dict(
    imports=["mcf.models", "mcf.datasets", "mcf.engine", "mcf.evaluation.metrics"],
    allow_failed_imports=False,
)
default_hooks = dict(checkpoint=dict(interval=1, by_epoch=True, max_keep_ckpts=2))
custom_hooks = [
    dict(type="mcf.SeedIterationHook"),
    dict(type="mcf.NonFiniteLossHook", max_skips=0),
]
visualizer = dict(type="UniversalVisualizer")
log_processor = dict(by_epoch=True)
