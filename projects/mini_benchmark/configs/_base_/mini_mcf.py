# MCF at the size of the mini benchmark: 64 pixels, 8 x 8 patches, a ViT-Ti of 6 blocks
# and a 2-block decoder. The run config gives the teacher and the weights of its taps.
_base_ = ["../../../../configs/_base_/models/mcf_small.py"]

model = dict(
    backbone=dict(
        type="mcf.MaskedViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        img_size=64,
        patch_size=8,
    ),
    neck=dict(img_size=64, patch_size=8, encoder_dims=192),
    projector=dict(in_channels=192),
)
