import json

import numpy as np
import pytest

from mcf.crops.face import Face
from mcf.crops.geometry import FIVE_POINT_TEMPLATE, transform_points
from mcf.crops.recipes import (
    RECIPES,
    CropRecipe,
    crop_matrix,
    cut_face,
    get_recipe,
    outside_share,
    warp,
)
from tests.test_preparation.faces import photo

POINTS = np.array([(40, 50), (70, 52), (54, 68), (43, 84), (66, 85)], dtype=float)
FACE = Face(np.array([30.0, 20, 80, 100]), 0.9, POINTS)


def test_square_has_its_margin_and_keeps_the_centre():
    matrix = crop_matrix(get_recipe("square", size=100), FACE, (200, 200))
    # The longer side is 80; times 1.5 is 120; the centre is (55, 60).
    corners = np.array([(55 - 60, 60 - 60), (55 + 60, 60 + 60)])
    expected = [(-0.5, -0.5), (99.5, 99.5)]
    np.testing.assert_allclose(transform_points(matrix, corners), expected)


def test_five_points_come_to_lie_on_the_template():
    turned = POINTS @ np.array([[0.8, -0.6], [0.6, 0.8]]) * 2 + 30
    recipe = get_recipe("five-point", size=128)
    template = FIVE_POINT_TEMPLATE / 512 * 128 - 0.5
    for points in (POINTS, turned):
        face = Face(FACE.box, 1, points)
        made = transform_points(crop_matrix(recipe, face, (200, 200)), points)
        assert np.linalg.norm(made - template, axis=1).max() < 7
        np.testing.assert_allclose(made.mean(0), template.mean(0), atol=1e-9)


def test_ffhq_like_square_is_that_of_the_published_rule():
    matrix = crop_matrix(get_recipe("ffhq-like", size=64), FACE, (200, 200))
    eye, mouth = POINTS[:2].mean(0), POINTS[3:].mean(0)
    across, down = POINTS[1] - POINTS[0], mouth - eye
    x = across - np.flipud(down) * [-1, 1]
    x *= max(np.hypot(*across) * 2.0, np.hypot(*down) * 1.8) / np.hypot(*x)
    y = np.flipud(x) * [-1, 1]
    centre = eye + down * 0.1
    quad = [centre - x - y, centre - x + y, centre + x + y, centre + x - y]
    expected = np.array([(0, 0), (0, 64), (64, 64), (64, 0)]) - 0.5
    np.testing.assert_allclose(transform_points(matrix, np.array(quad)), expected)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_stored_recipe_cuts_the_same(name):
    image = photo(0, width=200, height=150)
    recipe = get_recipe(name, size=32)
    again = CropRecipe.from_dict(json.loads(json.dumps(recipe.to_dict())))
    assert again == CropRecipe.from_dict(recipe.to_dict())
    first, second = cut_face(image, recipe, FACE), cut_face(image, again, FACE)
    assert first.pixels.shape == (32, 32, 3)
    np.testing.assert_array_equal(first.pixels, second.pixels)
    np.testing.assert_array_equal(first.to_image, second.to_image)


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_points_of_a_crop_find_back_to_the_photo(name):
    recipe = get_recipe(name, size=64)
    crop = cut_face(photo(0, width=200, height=150), recipe, FACE)
    there = transform_points(crop_matrix(recipe, FACE, (200, 150)), POINTS)
    np.testing.assert_allclose(transform_points(crop.to_image, there), POINTS)


def test_shrinking_averages_over_areas():
    """A chessboard of single pixels becomes grey, not black and white."""
    board = np.indices((256, 256)).sum(0) % 2 * 255
    board = np.repeat(board[..., None], 3, axis=2).astype(np.uint8)
    face = Face(np.array([63.5, 63.5, 191.5, 191.5]), 1)
    crop = cut_face(board, get_recipe("whole", size=16), face).pixels
    assert abs(crop.astype(int) - 127).max() <= 1


def test_shrunk_region_lies_where_the_matrix_says():
    """A smooth ramp keeps its values, in whatever steps it is made smaller."""
    ramp = np.indices((300, 400))[1][..., None].repeat(3, 2) * (255 / 400)
    matrix = np.array([[0.13, 0.02, 5.0], [-0.02, 0.13, 3.0], [0, 0, 1]])
    crop = warp(ramp.astype(np.float32), matrix, 40, border="reflect")[..., 0]
    x, y = np.meshgrid(np.arange(12, 32), np.arange(12, 32))
    back = transform_points(np.linalg.inv(matrix), np.stack([x, y], -1))
    np.testing.assert_allclose(crop[12:32, 12:32], back[..., 0] * 255 / 400, atol=0.3)


@pytest.mark.parametrize(
    ("box", "share"),
    [
        ([-0.5, -0.5, 9.5, 9.5], 0),
        ([-5.5, -0.5, 4.5, 9.5], 0.5),
        ([-5.5, 94.5, 4.5, 104.5], 0.75),
        ([200, 200, 210, 210], 1),
    ],
)
def test_share_outside_is_counted(box, share):
    recipe = get_recipe("whole", size=32)
    matrix = crop_matrix(recipe, Face(np.array(box), 1), (100, 100))
    assert outside_share(matrix, 32, (100, 100)) == pytest.approx(share, abs=1e-5)


def test_impossible_recipes_and_faces_are_refused():
    with pytest.raises(ValueError, match=r"no crop recipe 'round'; there are \["):
        get_recipe("round")
    with pytest.raises(ValueError, match="kind 'x'"):
        CropRecipe("a", 1, "x", {})
    with pytest.raises(ValueError, match=r"unknown key 'colour'"):
        CropRecipe.from_dict({"colour": 3})
    with pytest.raises(ValueError, match="needs five points"):
        crop_matrix(get_recipe("five-point"), Face(FACE.box, 1), (9, 9))
    with pytest.raises(ValueError, match="x1 < x2"):
        crop_matrix(get_recipe("square"), Face(np.zeros(4), 1), (9, 9))
