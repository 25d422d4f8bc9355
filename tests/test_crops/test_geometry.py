import numpy as np
import pytest

from mcf.crops.geometry import (
    FIVE_POINT_TEMPLATE,
    box_to_crop,
    denormalise_points,
    estimate_similarity,
    five_points_to_crop,
    normalise_points,
    similarity_about_centre,
    transform_points,
)


def test_borders_of_the_box_become_borders_of_the_crop():
    matrix = box_to_crop((10, 20, 30, 60), (100, 80))
    corners = transform_points(matrix, np.array([[10.0, 20], [30, 60], [20, 40]]))
    np.testing.assert_allclose(corners, [[-0.5, -0.5], [99.5, 79.5], [49.5, 39.5]])


def test_whole_image_at_its_own_size_stays():
    matrix = box_to_crop((-0.5, -0.5, 63.5, 31.5), (64, 32))
    np.testing.assert_allclose(matrix, np.eye(3), atol=1e-12)


@pytest.mark.parametrize(
    "box", [(5, 5, 5, 9), (5, 5, 9, 5), (9, 5, 5, 9), (0, 0, np.nan, 9)]
)
def test_box_without_area_is_refused(box):
    with pytest.raises(ValueError, match="must be finite with x1 < x2"):
        box_to_crop(box, (8, 8))


def test_quarter_turn_by_hand():
    matrix = similarity_about_centre((5, 5), scale=2, angle=np.pi / 2, shift=(1, 0))
    # right of the centre (2, 2) goes below it, twice as far, then one to the right
    moved = transform_points(matrix, np.array([[3.0, 2], [2, 2]]))
    np.testing.assert_allclose(moved, [[3, 4], [3, 2]], atol=1e-12)


def test_normalised_borders_are_zero_and_one():
    points = np.array([[-0.5, -0.5], [9.5, 4.5], [4.5, 2]])
    normalised = normalise_points(points, (10, 5))
    np.testing.assert_allclose(normalised, [[0, 0], [1, 1], [0.5, 0.5]])
    np.testing.assert_allclose(denormalise_points(normalised, (10, 5)), points)


def _linear_least_squares(source, target):
    """Similarity (a, -b; b, a | t) from the overdetermined linear system."""
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        values += [u, v]
    a, b, tx, ty = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    return np.array([[a, -b, tx], [b, a, ty], [0, 0, 1]])


@pytest.mark.parametrize("seed", range(5))
def test_similarity_is_the_least_squares_one(seed):
    rng = np.random.default_rng(seed)
    source = 100 * rng.random((7, 2))
    angle = rng.uniform(-np.pi, np.pi)
    turn = similarity_about_centre((64, 64), scale=rng.uniform(0.5, 2), angle=angle)
    target = transform_points(turn, source) + rng.normal(0, 3, source.shape)
    np.testing.assert_allclose(
        estimate_similarity(source, target),
        _linear_least_squares(source, target),
        atol=1e-9,
    )


def test_similarity_is_never_a_mirror_image():
    source = np.array([[0.0, 0], [4, 0], [0, 3], [5, 5]])
    matrix = estimate_similarity(source, source * (-1, 1))
    assert np.linalg.det(matrix) > 0


def test_five_points_on_the_template_move_by_the_released_half_pixel():
    matrix = five_points_to_crop(FIVE_POINT_TEMPLATE, (512, 512))
    np.testing.assert_allclose(
        transform_points(matrix, FIVE_POINT_TEMPLATE),
        FIVE_POINT_TEMPLATE * 511 / 512,
        atol=1e-9,
    )


@pytest.mark.parametrize(
    "points, message",
    [
        (np.ones((5, 2)), "coincide"),
        (np.full((5, 2), np.nan), "not all finite"),
        (np.ones((4, 2)), r"source \(4, 2\)"),
    ],
)
def test_points_that_cannot_be_aligned_are_refused(points, message):
    with pytest.raises(ValueError, match=message):
        five_points_to_crop(points, (64, 64))
