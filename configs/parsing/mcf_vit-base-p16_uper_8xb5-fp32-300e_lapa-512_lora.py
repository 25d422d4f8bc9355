# The backbone stays as it was pre-trained but for thin additions to its linear layers,
# which learn ten times as fast as a whole backbone does; neck and head learn as before.
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(backbone=dict(lora_rank=8))
optim_wrapper = dict(paramwise_cfg=dict(custom_keys={"backbone.": dict(lr_mult=10)}))
