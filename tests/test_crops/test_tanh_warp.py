import math
from itertools import product

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from mcf.crops.geometry import (
    five_points_to_crop,
    similarity_about_centre,
)
from mcf.crops.tanh_warp import (
    image_to_warped,
    squeeze,
    unsqueeze,
    unwarp_maps,
    unwarped_arrays,
    warp_image,
    warp_labels,
    warped_to_image,
)
from mcf.drawn_faces import draw_face

SIZE = (48, 32)
MATRIX = similarity_about_centre(SIZE, scale=1.3, angle=0.4, shift=(3, -2))


def _slow_squeeze(value: float, size: int, factor: float) -> float:
    u = value / size * 2 - 1
    if factor and abs(u) > 1 - factor:
        bent = factor * math.tanh((abs(u) - 1 + factor) / factor) + 1 - factor
        u = math.copysign(bent, u)
    return (u + 1) / 2 * size


@pytest.mark.parametrize("factor", [0.0, 0.3, 0.8, 1.0])
def test_squeeze_equals_the_formula_written_out(factor):
    points = np.random.default_rng(0).uniform(-60, 110, (200, 2))
    slow = [
        [_slow_squeeze(v, s, factor) for v, s in zip(point, SIZE, strict=True)]
        for point in points
    ]
    np.testing.assert_allclose(squeeze(points, SIZE, factor), slow, atol=1e-12)


@pytest.mark.parametrize("factor", [0.1, 0.8, 1.0])
def test_whole_plane_lands_inside_the_crop_and_the_middle_stays(factor):
    far = squeeze(np.array([[-1e4, 1e4]]), SIZE, factor)
    np.testing.assert_allclose(far, [[0, 32]], atol=1e-9)
    inner = np.array([[24.0, 16], [24 * (2 - factor), 16 * factor]])
    np.testing.assert_allclose(squeeze(inner, SIZE, factor), inner)


@pytest.mark.parametrize("factor", [0.0, 0.8, 1.0])
def test_there_and_back_is_exact(factor):
    points = np.random.default_rng(0).uniform(0, 40, (500, 2))
    warped = image_to_warped(points, MATRIX, SIZE, factor)
    back = warped_to_image(warped, MATRIX, SIZE, factor)
    np.testing.assert_allclose(back, points, atol=1e-9)


def test_inverse_stays_finite_at_the_border_without_warnings(recwarn):
    border = unsqueeze(np.array([[0.0, 0], [48, 32]]), SIZE, 0.1)
    assert np.isfinite(border).all()
    assert not recwarn.list


@pytest.mark.parametrize("factor", [-0.1, 1.1])
def test_factor_outside_its_range_is_refused(factor):
    with pytest.raises(ValueError, match=f"{factor}"):
        squeeze(np.zeros((1, 2)), SIZE, factor)


def _slow_bilinear(image, x, y):
    height, width = image.shape[:2]
    left, top = math.floor(x), math.floor(y)
    value = 0.0
    for row, column in product((top, top + 1), (left, left + 1)):
        if 0 <= row < height and 0 <= column < width:
            value += image[row, column] * (1 - abs(x - column)) * (1 - abs(y - row))
    return value


@pytest.mark.parametrize("factor", [0.0, 0.8])
def test_image_and_labels_equal_a_slow_reference(factor):
    rng = np.random.default_rng(0)
    image = rng.random((40, 50), dtype=np.float32)
    labels = rng.integers(1, 11, (40, 50), dtype=np.uint8)
    warped = warp_image(image, MATRIX, SIZE, factor)
    ids = warp_labels(labels, MATRIX, SIZE, factor)
    assert warped.shape == ids.shape == (32, 48)
    for y, x in rng.integers(0, (32, 48), (100, 2)):
        place = np.array([[float(x), float(y)]])
        ((u, v),) = warped_to_image(place, MATRIX, SIZE, factor)
        assert warped[y, x] == pytest.approx(_slow_bilinear(image, u, v), abs=0.02)
        row, column = round(v), round(u)
        inside = 0 <= row < 40 and 0 <= column < 50
        assert ids[y, x] == (labels[row, column] if inside else 0)


@pytest.mark.parametrize("factor", [0.0, 0.8])
def test_maps_come_back_to_the_image(factor):
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(6, 32, 48))
    ours = unwarp_maps(torch.from_numpy(maps), MATRIX, (50, 40), factor)
    assert ours.shape == (6, 40, 50)
    for y, x in rng.integers(0, (40, 50), (100, 2)):
        place = np.array([[float(x), float(y)]])
        ((u, v),) = image_to_warped(place, MATRIX, SIZE, factor)
        expected = _slow_bilinear(np.moveaxis(maps, 0, -1), u, v)
        np.testing.assert_allclose(ours[:, y, x], expected, atol=1e-4)


@pytest.mark.parametrize("factor", [0.0, 0.8])
@pytest.mark.parametrize("scale", [0.3, 1.3, 40.0])
def test_arrays_come_back_as_tensors_do_without_pytorch(factor, scale):
    maps = np.random.default_rng(0).normal(size=(5, 32, 48)).astype(np.float32)
    matrix = similarity_about_centre(SIZE, scale=scale, angle=0.4, shift=(3, -2))
    expected = unwarp_maps(torch.from_numpy(maps), matrix, (120, 90), factor).numpy()
    found = np.stack(list(unwarped_arrays(maps, matrix, (120, 90), factor)))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-4)
    assert np.ptp(found) > 1


@pytest.mark.parametrize("seed", range(20))
def test_crops_that_are_not_turned_come_back_bit_for_bit_as_turned_ones(seed):
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(3, *rng.integers(5, 40, 2))).astype(np.float32)
    (a, b), (c, d) = rng.uniform(0.1, 3, 2), rng.uniform(-60, 20, 2)
    if seed % 2:  # pixels meet, and some on the very edge
        a, b, c, d = 1.0, 0.5, -3.0, -4.0
    straight = np.array([[a, 0, c], [0, b, d], [0, 0, 1]])
    turned = np.add(straight, [[0, 1e-300, 0], [0] * 3, [0] * 3])
    size = tuple(rng.integers(5, 90, 2).tolist())
    both = [np.stack(list(unwarped_arrays(maps, m, size))) for m in (straight, turned)]
    assert both[0].shape == (3, *size[::-1]) and (both[0] == both[1]).all()


def test_all_maps_are_zero_outside_the_crop():
    shifted = similarity_about_centre(SIZE, shift=(-20, 0))
    ours = unwarp_maps(torch.ones(3, 32, 48), shifted, (80, 32))
    assert (ours[:, :, :20] == 0).all() and (ours[:, :, 68:] == 0).all()
    torch.testing.assert_close(ours[:, :, 20:68], torch.ones(3, 32, 48))


def test_smooth_image_survives_the_round_trip():
    x, y = np.meshgrid(np.arange(200), np.arange(160))
    image = np.sin(x / 15) + np.cos(y / 12)
    matrix = similarity_about_centre((200, 160), scale=0.9, angle=0.2)
    warped = warp_image(image.astype(np.float32), matrix, (200, 160), 0.8)
    back = unwarp_maps(torch.from_numpy(warped)[None], matrix, (200, 160), 0.8)[0]
    inner = (slice(20, -20), slice(20, -20))
    np.testing.assert_allclose(back.numpy()[inner], image[inner], atol=0.02)


def test_masks_of_a_drawn_face_survive_the_round_trip():
    face = draw_face(11, 256)
    eyes, nose, mouth = [96, 97], [54], [76, 82]
    points = face.landmarks98[[*eyes, *nose, *mouth]].astype(float)
    matrix = five_points_to_crop(points, (256, 256))
    warped = warp_labels(face.mask, matrix, (256, 256), 0.8)
    maps = F.one_hot(torch.from_numpy(warped).long(), 11).permute(2, 0, 1)
    back = unwarp_maps(maps, matrix, (256, 256), 0.8).argmax(0).numpy()
    assert (back != face.mask).mean() < 0.01
    for class_id in np.unique(face.mask):
        true, found = face.mask == class_id, back == class_id
        assert 2 * (true & found).sum() / (true.sum() + found.sum()) > 0.9
