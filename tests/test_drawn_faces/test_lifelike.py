import numpy as np
import pytest

from mcf.drawn_faces import draw_face
from mcf.drawn_faces.lifelike import annotated68, draw_lifelike

OPENFACE = {  # point: distance from the middle and height, in eye distances
    8: (0.0, 1.33),
    30: (0.0, 0.43),
    33: (0.0, 0.56),
    48: (0.31, 0.78),
    54: (0.31, 0.78),
    57: (0.0, 0.94),
}


@pytest.fixture(scope="module")
def faces() -> np.ndarray:
    """Points of faces by the outer corners of the eyes: their distance is 1."""
    points = np.stack([draw_lifelike(seed, 64).landmarks68 for seed in range(150)])
    left, right = points[:, 36], points[:, 45]
    along = (right - left) / np.linalg.norm(right - left, axis=1, keepdims=True)
    down = along[:, ::-1] * (-1, 1)
    unit = np.linalg.norm(right - left, axis=1)[:, None]
    centred = points - ((left + right) / 2)[:, None]
    x = (centred * along[:, None]).sum(-1) / unit
    y = (centred * down[:, None]).sum(-1) / unit
    frontal = np.abs(x[:, 30]) < 0.15
    assert frontal.sum() > 40
    return np.stack([x, y], axis=-1)[frontal]


@pytest.mark.parametrize("point", OPENFACE)
def test_mean_face_has_published_proportions(faces, point):
    away, height = OPENFACE[point]
    x, y = np.median(faces[:, point], axis=0)
    assert abs(x) == pytest.approx(away, abs=0.04)
    assert y == pytest.approx(height, abs=0.06)


def test_contour_starts_at_the_eyes(faces):
    assert abs(np.median(faces[:, [0, 16], 1])) < 0.08


def test_points_move_along_their_curves_only():
    drawn = draw_face(3, 128).landmarks68
    moved = annotated68(drawn)
    kept = [*range(17, 56), 57, 59, 60, 62, 64, 66]
    np.testing.assert_array_equal(moved[kept], drawn[kept])
    step = np.linalg.norm(np.diff(drawn[:17], axis=0), axis=1).max()
    assert 0 < np.linalg.norm(moved[:17] - drawn[:17], axis=1).max() < step
    between = np.linalg.norm(drawn[62] - drawn[61])
    assert np.linalg.norm(moved[61] - drawn[61]) == pytest.approx(
        0.38 * between, rel=1e-3
    )


def test_seed_decides_the_face():
    first, again, other = (draw_lifelike(seed, 48) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.image, again.image)
    np.testing.assert_array_equal(first.landmarks68, again.landmarks68)
    assert (first.image != other.image).any()
    with pytest.raises(ValueError, match="seed must be >= 0"):
        draw_lifelike(-1)
