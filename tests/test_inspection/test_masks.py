import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mcf.apis import FrozenBackbone
from mcf.inspection.masks import draw_masks
from mcf.models.masking import AttentionMasking, RandomMasking
from mcf.visualization.canvas import GAP
from mcf.visualization.masks import SIDE
from mcf.visualization.overlays import HIDDEN

GRID, RED, BLUE = (4, 4), (255, 0, 0), (0, 0, 255)  # RGB


class SeesRed(nn.Module):
    """Attends to the red of 4 x 4 patches."""

    def __init__(self) -> None:
        super().__init__()
        self.device = nn.Parameter(torch.zeros(0))

    def attention(self, images: Tensor) -> Tensor:
        return F.avg_pool2d(images[:, 0], 8).flatten(1)


@pytest.fixture
def backbone() -> FrozenBackbone:
    return FrozenBackbone(SeesRed(), {}, 32, (0.0, 0.0, 0.0), (255.0, 1.0, 1.0))


@pytest.fixture
def faces() -> list[np.ndarray]:
    """BGR: the first with a red left half, the second with a red upper half."""
    face = np.empty((64, 64, 3), np.uint8)
    face[:, :32], face[:, 32:] = RED[::-1], BLUE[::-1]
    return [face, face.transpose(1, 0, 2)]


def tile(sheet: np.ndarray, row: int, column: int) -> np.ndarray:
    """Picture of a sheet of two rows, cut into its cells' colours [4,4,3]."""
    top = len(sheet) - (2 - row) * (SIDE + GAP)
    left = GAP + column * (SIDE + GAP)
    cell = SIDE // 4
    picture = sheet[top : top + SIDE, left : left + SIDE]
    return picture[cell // 2 :: cell, cell // 2 :: cell]


def coloured(left: tuple[int, ...], right: tuple[int, ...]) -> np.ndarray:
    return np.array([[left, left, right, right]] * 4)


def test_guided_masks_follow_the_attention_to_each_face(backbone, faces):
    maskings = {"hidden": AttentionMasking(0.5)}
    maskings["kept"] = AttentionMasking(0.5, power=-1.0)
    sheet = draw_masks(maskings, faces, grid=GRID, backbone=backbone)
    expected = [coloured(RED, BLUE), coloured(HIDDEN, BLUE), coloured(RED, HIDDEN)]
    for column, picture in zip((0, 2, 3), expected, strict=True):
        np.testing.assert_array_equal(tile(sheet, 0, column), picture)
        turned = picture.transpose(1, 0, 2)
        np.testing.assert_array_equal(tile(sheet, 1, column), turned)
    heat = tile(sheet, 0, 1).astype(int)
    # the ends of the colour map: yellow for red, violet for blue
    assert (heat[:, :2, 1] > 150).all() and (heat[:, 2:, 1] < 50).all()


def test_every_strategy_hides_its_own_share(faces):
    maskings = {"few": RandomMasking(0.25), "many": RandomMasking(0.75)}
    sheet = draw_masks(maskings, faces, grid=GRID)
    for row in range(2):
        hidden = [(tile(sheet, row, c) == HIDDEN).all(-1).sum() for c in range(3)]
        assert hidden == [0, 4, 12]


def test_seed_decides_what_is_hidden(faces):
    first, again, other = (
        draw_masks({"random": RandomMasking()}, faces, grid=GRID, seed=seed)
        for seed in (0, 0, 1)
    )
    assert (first == again).all() and (first != other).any()
