# The number of the released code, whatever the tokens of a tap: with 16 tokens its
# factor on 2 - 2 cos is twelve times that of 197.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, factor 1000 on every tap")
model = dict(feature_loss=dict(tap_weights=None))
