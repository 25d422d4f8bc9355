# MCF as released with its ViT-B/16; the run config gives the teacher.
_base_ = ["./mcf.py"]

model = dict(
    backbone=dict(type="mcf.MaskedViT", arch="base", img_size=224, patch_size=16),
    neck=dict(patch_size=16, encoder_dims=768),
    projector=dict(in_channels=768),
)
