# The teacher's features and the pixels: the pseudo image must also look like the image.
_base_ = ["./mcf.py"]

arm = dict(title="MCF with pixels besides the teacher")
model = dict(
    target_generator=dict(
        _delete_=True,
        type="mcf.SeveralTeachers",
        teachers=[{{_base_.teacher}}, dict(type="mcf.PixelTarget", patch_size=8)],
    ),
    # one tap of 64 tokens besides the teacher's three: as much on 2 - 2 cos as theirs
    feature_loss=dict(
        tap_weights=[256 / 197, 64 / 197, 16 / 197, 3 * 64 / 197],
    ),
)
