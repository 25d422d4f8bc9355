# More to see.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, mask ratio 0.6")
model = dict(masking=dict(ratio=0.6))
