# Less to see.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, mask ratio 0.9")
model = dict(masking=dict(ratio=0.9))
