# The backbone stays as it was pre-trained; neck and head learn.
_base_ = ["./mcf_vit-base-p16_heatcoord_8xb5-fp32-step-250e_300w-448.py"]

model = dict(backbone=dict(frozen_stages=12, with_cp=False))
