# Pixels instead of a teacher's features: the pseudo image is compared with the image.
_base_ = [
    "./_base_/mini_mcf.py",
    "./_base_/faces_64.py",
    "./_base_/adamw_20e_mini.py",
    "./_base_/mini_runtime.py",
]

arm = dict(title="MCF without teacher (pixels)")
model = dict(
    target_generator=dict(type="mcf.PixelTarget", patch_size=8),
    # one tap of 192 numbers a patch instead of three: as much on 2 - 2 cos as theirs
    feature_loss=dict(axis="channel", tap_weights=[3 * 192 / 197]),
)
