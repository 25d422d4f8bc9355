# MCF for small faces on a CPU or one GPU, without backbone and teacher: 112 pixels, a
# 2-block decoder. All else as in mcf.py.
_base_ = ["./mcf.py"]

model = dict(
    neck=dict(img_size=112, embed_dims=128, depth=2, num_heads=4),
    projector=dict(hid_channels=1024, out_channels=128),
    head=dict(predictor=dict(in_channels=128, hid_channels=1024, out_channels=128)),
)
