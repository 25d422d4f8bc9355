# default_runtime.py without pictures of pseudo images, for there are none.
_base_ = ["./default_runtime.py"]

custom_hooks = [
    hook for hook in _base_.custom_hooks if hook["type"] != "mcf.ReconstructionHook"
]
