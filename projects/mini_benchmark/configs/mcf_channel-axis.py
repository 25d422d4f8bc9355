# Each token over its channels (64, 128, 128) instead of each channel over the tokens,
# with the weights that keep the factor on 2 - 2 cos.
_base_ = ["./mcf.py"]

arm = dict(title="MCF, features normalised over channels")
model = dict(
    feature_loss=dict(axis="channel", tap_weights=[64 / 197, 128 / 197, 128 / 197])
)
