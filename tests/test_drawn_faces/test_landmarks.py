from dataclasses import replace

import cv2
import numpy as np
import pytest

from mcf.drawn_faces import FaceParameters, Label, draw_face, render_face
from mcf.drawn_faces.parameters import Expression, Hair

# Protocol §3.4 and §3.3, written out here independently of the package.
PAIRS68 = [(i, 16 - i) for i in range(8)] + [
    *[(17 + i, 26 - i) for i in range(5)],
    *[(31, 35), (32, 34)],
    *[(36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)],
    *[(48, 54), (49, 53), (50, 52), (55, 59), (56, 58)],
    *[(60, 64), (61, 63), (65, 67)],
]
PAIRS98 = [(i, 32 - i) for i in range(16)] + [
    *[(33, 46), (34, 45), (35, 44), (36, 43), (37, 42)],
    *[(38, 50), (39, 49), (40, 48), (41, 47)],
    *[(55, 59), (56, 58)],
    *[(60, 72), (61, 71), (62, 70), (63, 69), (64, 68), (65, 75), (66, 74), (67, 73)],
    *[(76, 82), (77, 81), (78, 80), (83, 87), (84, 86)],
    *[(88, 92), (89, 91), (93, 95), (96, 97)],
]
FIXED98 = [16, 51, 52, 53, 54, 57, 79, 85, 90, 94]
FIXED68 = [8, 27, 28, 29, 30, 33, 51, 57, 62, 66]
# The same anatomical points in both sets.
SHARED = {
    **{i: 2 * i for i in range(17)},
    **dict(zip(range(17, 22), range(33, 38))),
    **dict(zip(range(22, 27), range(42, 47))),
    **dict(zip(range(27, 36), range(51, 60))),
    **{36: 60, 39: 64, 42: 68, 45: 72},
    **dict(zip(range(48, 68), range(76, 96))),
}
FRONTAL = FaceParameters(
    expression=Expression(smile=0.5, mouth_open=0.2), hair=Hair(style="bald")
)


@pytest.mark.parametrize(
    ("name", "pairs", "fixed"),
    [("landmarks68", PAIRS68, FIXED68), ("landmarks98", PAIRS98, FIXED98)],
)
def test_frontal_face_is_symmetric_under_the_published_swap(name, pairs, fixed):
    points = getattr(render_face(FRONTAL, size=128), name)
    assert sorted([*fixed, *(i for pair in pairs for i in pair)]) == [
        *range(len(points))
    ]
    axis = 127 / 2
    for left, right in pairs:
        assert points[left] * (-1, 1) + (2 * axis, 0) == pytest.approx(
            points[right], abs=0.02
        ), (left, right)
        assert (points[left, 0] - axis) * (points[right, 0] - axis) < 0
    assert points[fixed, 0] == pytest.approx(np.full(10, axis), abs=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_both_sets_agree_on_shared_points(seed):
    face = draw_face(seed, size=96)
    for small, large in SHARED.items():
        assert np.array_equal(face.landmarks68[small], face.landmarks98[large])


def test_points_run_in_the_published_directions():
    face = render_face(FRONTAL, size=128)
    points = face.landmarks98
    x, y = points[:, 0], points[:, 1]
    assert (np.diff(x[:33]) > -0.5).all() and y[:33].argmax() == 16
    assert (np.diff(x[33:38]) > 0).all() and (np.diff(x[42:47]) > 0).all()
    assert (y[34:37] < y[[41, 40, 39]]).all(), "first edge of a brow is the upper one"
    assert (np.diff(y[51:55]) > 0).all() and (np.diff(x[55:60]) > 0).all()
    assert (y[61:64] < y[[67, 66, 65]]).all() and (y[69:72] < y[[75, 74, 73]]).all()
    assert y[79] < y[90] < y[94] < y[85], "lips from top to bottom"
    assert x[76] < x[88] < x[92] < x[82]
    low, high = points[60:76].min(axis=0), points[60:76].max(axis=0)
    assert ((points[96:] > low) & (points[96:] < high)).all()


def boundary_distance(mask: np.ndarray, labels: tuple[int, ...]) -> np.ndarray:
    """Distance of every pixel to the nearest place where a region ends."""
    region = np.isin(mask, labels).astype(np.uint8)
    edge = cv2.morphologyEx(region, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return cv2.distanceTransform(1 - edge, cv2.DIST_L2, 5)


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        (slice(0, 33), tuple(label for label in Label if label)),
        (slice(33, 42), (Label.RIGHT_BROW,)),
        (slice(42, 51), (Label.LEFT_BROW,)),
        (slice(55, 60), (Label.NOSE,)),
        (slice(60, 68), (Label.RIGHT_EYE,)),
        (slice(68, 76), (Label.LEFT_EYE,)),
        (slice(76, 88), (Label.UPPER_LIP, Label.LOWER_LIP, Label.INNER_MOUTH)),
        (slice(88, 96), (Label.INNER_MOUTH,)),
    ],
)
def test_contour_points_lie_on_the_boundary_of_their_region(rows, labels):
    face = render_face(FRONTAL, size=256)
    distance = boundary_distance(face.mask, labels)
    points = np.rint(face.landmarks98[rows]).astype(int)
    assert distance[points[:, 1], points[:, 0]].max() < 2.5


@pytest.mark.parametrize("yaw", [-0.5, 0.5])
def test_boundaries_still_agree_on_a_turned_head(yaw):
    turned = replace(FRONTAL, pose=replace(FRONTAL.pose, yaw=yaw, pitch=0.1, roll=0.2))
    face = render_face(turned, size=256)
    mouth = (Label.UPPER_LIP, Label.LOWER_LIP, Label.INNER_MOUTH)
    for rows, labels in ((slice(60, 68), (Label.RIGHT_EYE,)), (slice(76, 88), mouth)):
        distance = boundary_distance(face.mask, labels)
        points = np.rint(face.landmarks98[rows]).astype(int)
        assert distance[points[:, 1], points[:, 0]].max() < 2.5


def test_mouth_corners_are_the_ends_of_the_lips():
    face = render_face(FRONTAL, size=256)
    lips = np.isin(face.mask, (Label.UPPER_LIP, Label.LOWER_LIP, Label.INNER_MOUTH))
    columns = np.flatnonzero(lips.any(axis=0))
    assert face.landmarks68[48, 0] == pytest.approx(columns[0], abs=1.5)
    assert face.landmarks68[54, 0] == pytest.approx(columns[-1], abs=1.5)
