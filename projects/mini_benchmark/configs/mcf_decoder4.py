# A deeper decoder.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, decoder of 4 blocks")
model = dict(neck=dict(depth=4))
