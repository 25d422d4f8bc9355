# Alignment with low-rank additions to the backbone (docs/many_devices.md); no part of a
# protocol.
_base_ = ["./alignment_helen29.py"]

model = dict(backbone=dict(lora_rank=8))
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=5.0)}))
