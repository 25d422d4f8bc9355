# As mcf_and-pixels, with a fourth of its weight on the pixels.
_base_ = ["./mcf_and-pixels.py"]

arm = dict(title="MCF with few pixels besides the teacher")
model = dict(
    feature_loss=dict(tap_weights=[256 / 197, 64 / 197, 16 / 197, 0.75 * 64 / 197])
)
