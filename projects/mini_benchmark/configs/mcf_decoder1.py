# A shallower decoder.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, decoder of 1 block")
model = dict(neck=dict(depth=1))
