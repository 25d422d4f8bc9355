from dataclasses import replace

import numpy as np
import pytest
import torch

from mcf.models.selfsup.mcf import Reconstruction
from mcf.visualization import reconstruction_sheet
from mcf.visualization.draw import token_similarity, undo_normalisation

MEAN, STD = torch.tensor([120.0, 110.0, 100.0]), torch.tensor([60.0, 50.0, 40.0])


def reconstruction(
    *, batch: int = 3, taps: int = 2, size: tuple[int, int] = (32, 32)
) -> Reconstruction:
    generator = torch.Generator().manual_seed(0)
    grid = (size[0] // 8, size[1] // 8)
    tokens = grid[0] * grid[1]

    def noise(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator)

    return Reconstruction(
        images=noise(batch, 3, *size),
        online_mask=(noise(batch, tokens) > 0).float(),
        target_mask=(noise(batch, tokens) > 0).float(),
        pseudo_image=noise(batch, 3, *size),
        target_features=[noise(batch, tokens + 1, 5) for _ in range(taps)],
        pseudo_features=[noise(batch, tokens + 1, 5) for _ in range(taps)],
        grid=grid,
    )


@pytest.mark.parametrize("size", [(32, 32), (32, 64), (112, 112), (320, 320)])
@pytest.mark.parametrize("taps", [0, 1, 4])
def test_sheet_has_a_column_for_each_part_and_a_row_for_each_face(size, taps):
    sheet = reconstruction_sheet(reconstruction(size=size, taps=taps), MEAN, STD)
    assert sheet.dtype == np.uint8 and sheet.shape[2] == 3
    longer = min(max(*size, 144), 224)
    height, width = (round(side * longer / max(size)) for side in size)
    assert sheet.shape[1] == 6 + (4 + taps) * (width + 6)
    assert 3 * height < sheet.shape[0] < 3 * height + 100


def test_number_of_rows_is_limited():
    few = reconstruction_sheet(reconstruction(batch=2), MEAN, STD)
    cut = reconstruction_sheet(reconstruction(batch=3), MEAN, STD, max_images=2)
    assert few.shape == cut.shape


def test_sheet_of_a_plain_face_shows_its_colour_and_the_hidden_patches():
    plain = reconstruction(batch=1, taps=0)
    hidden = torch.zeros(1, 16)
    hidden[0, :8] = 1
    plain = replace(
        plain, images=torch.zeros(1, 3, 32, 32), online_mask=hidden, target_mask=hidden
    )
    sheet = reconstruction_sheet(plain, MEAN, STD)
    face = (sheet == [120, 110, 100]).all(-1)
    whole, upper, lower = (face[:, 6 + 150 * j : 6 + 150 * j + 144] for j in (0, 1, 1))
    assert whole.sum() == 144 * 144
    assert upper[: sheet.shape[0] - 6 - 72].sum() == 0
    assert lower.sum() == 144 * 72


def test_perfect_pseudo_image_is_hotter_than_a_wrong_one():
    wrong = reconstruction(taps=1)
    perfect = replace(wrong, pseudo_features=wrong.target_features)
    tile = slice(-200, -40), slice(-140, -20)
    hot = reconstruction_sheet(perfect, MEAN, STD)[tile].astype(int)
    cold = reconstruction_sheet(wrong, MEAN, STD)[tile].astype(int)
    yellow = (hot[..., 1] - hot[..., 2]).mean()
    assert yellow > 60 > (cold[..., 1] - cold[..., 2]).mean()


def test_normalisation_is_undone_and_clamped():
    images = torch.zeros(1, 3, 1, 3)
    images[..., 1], images[..., 2] = 10, -10
    pixels = undo_normalisation(images, MEAN, STD)
    np.testing.assert_array_equal(pixels[0, 0], [[120, 110, 100], [255] * 3, [0] * 3])


def test_similarity_is_the_cosine_of_each_token():
    first = torch.tensor([[[1.0, 0], [1, 0], [3, 4], [1, 1]]])
    second = torch.tensor([[[2.0, 0], [0, 5], [-3, -4], [1, 0]]])
    similarity = token_similarity(first, second, (2, 2))
    np.testing.assert_allclose(similarity, [[[1, 0], [-1, 0.5**0.5]]], atol=1e-6)


def test_class_token_is_not_on_the_map():
    tokens = torch.randn(2, 7, 3)
    other = tokens.clone()
    other[:, 0] *= -1
    similarity = token_similarity(tokens, other, (2, 3))
    assert similarity.shape == (2, 2, 3)
    np.testing.assert_allclose(similarity, 1, atol=1e-6)


@pytest.mark.parametrize(("count", "side"), [(49, 7), (50, 7), (1, 1)])
def test_teacher_may_have_a_square_grid_of_its_own(count, side):
    tokens = torch.ones(1, count, 3)
    assert token_similarity(tokens, tokens, (4, 6)).shape == (1, side, side)


def test_tokens_that_are_no_map_are_refused():
    tokens = torch.ones(1, 12, 3)
    with pytest.raises(ValueError, match=r"12 tokens fit neither the grid \(2, 2\)"):
        token_similarity(tokens, tokens, (2, 2))
