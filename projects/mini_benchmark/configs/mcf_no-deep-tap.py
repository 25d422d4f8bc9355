# The first two taps alone; the third has 16 tokens, each 16 pixels wide.
_base_ = ["./mcf.py"]

arm = dict(title="MCF without the deep tap")
model = dict(feature_loss=dict(tap_weights=[256 / 197, 64 / 197, 0]))
