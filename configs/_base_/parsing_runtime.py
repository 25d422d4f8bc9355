_base_ = "./runtime.py"

# What all parsing configs share. A type without scope is looked up in mmsegmentation,
# ours are written mcf.Name.
default_scope = "mmseg"
custom_imports = dict(imports=["mcf.parsing"], allow_failed_imports=False)

default_hooks = dict(
    # the newest epochs; the best one on the validation part is kept by SelectionHook
    checkpoint=dict(interval=1, by_epoch=True, max_keep_ckpts=2),
    check_classes=dict(type="mcf.CheckClassesHook"),
)

visualizer = dict(type="SegLocalVisualizer")
log_processor = dict(by_epoch=True)
