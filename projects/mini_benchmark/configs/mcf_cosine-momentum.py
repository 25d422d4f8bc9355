# The momentum encoder slows down along half a cosine, as in MoCo v3.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, momentum 0.99 to 1")
model = dict(momentum_encoder=dict(end_momentum=1.0))
