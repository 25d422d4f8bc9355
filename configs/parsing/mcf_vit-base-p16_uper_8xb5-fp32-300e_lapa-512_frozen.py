# The backbone stays as it was pre-trained; neck and head learn.
_base_ = ["./mcf_vit-base-p16_uper_8xb5-fp32-300e_lapa-512.py"]

model = dict(backbone=dict(frozen_stages=12, with_cp=False))
