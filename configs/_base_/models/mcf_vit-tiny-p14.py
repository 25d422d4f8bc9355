# MCF for small faces with a ViT-Ti of 6 blocks, 64 patches; the run config gives the
# teacher.
_base_ = ["./mcf_small.py"]

model = dict(
    backbone=dict(
        type="mcf.MaskedViT",
        arch=dict(embed_dims=192, num_layers=6, num_heads=3, feedforward_channels=768),
        img_size=112,
        patch_size=14,
    ),
    neck=dict(patch_size=14, encoder_dims=192),
    projector=dict(in_channels=192),
)
