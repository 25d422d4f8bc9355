import numpy as np
import pytest
import torch
from torch import nn

from mcf.apis import FrozenBackbone
from mcf.probing import PartsProbe
from mcf.probing.parts import PartFaces, _cells, part_faces

pytestmark = pytest.mark.usefixtures("quick_runs")
TRAIN = dict(type="mcf.SyntheticParsing", split="train", length=6, size=64)
TEST = dict(TRAIN, split="test", length=3)


class Told(nn.Module):
    """Backbone whose maps are given, one image after the other."""

    def __init__(self, maps: torch.Tensor) -> None:
        super().__init__()
        self.maps, self.next = nn.Parameter(maps, requires_grad=False), 0

    def forward(self, images):
        self.next += len(images)
        return self.maps[self.next - len(images) : self.next]


def told(maps: np.ndarray) -> FrozenBackbone:
    """Frozen backbone that tells ``maps`` [N,C,h,w]."""
    model = Told(torch.from_numpy(maps).float())
    return FrozenBackbone(model, {}, 64, (0.0,) * 3, (1.0,) * 3)


def labels_of(config: dict) -> np.ndarray:
    return part_faces(config, size=64).labels


def one_hot_cells(labels: np.ndarray, grid: int, cells: int) -> np.ndarray:
    """Maps [N,C,h,h] that tell the class of every cell."""
    known = np.eye(11)[_cells(labels, grid, cells)]
    return known.reshape(len(labels), grid, grid, -1).transpose(0, 3, 1, 2)


def test_cells_are_laid_out_row_by_row():
    labels = np.arange(16).reshape(1, 4, 4)
    np.testing.assert_array_equal(
        _cells(labels, 2, 2),
        [[0, 1, 4, 5], [2, 3, 6, 7], [8, 9, 12, 13], [10, 11, 14, 15]],
    )


def test_cell_has_the_class_at_its_middle():
    labels = np.zeros((1, 6, 6), dtype=np.uint8)
    labels[0, 1, 4] = 7
    assert _cells(labels, 1, 2).tolist() == [[0, 7, 0, 0]]


def test_tokens_that_tell_the_classes_score_everything():
    maps = np.tile(one_hot_cells(labels_of(TRAIN), 8, 4), (2, 1, 1, 1))
    probe = PartsProbe(TRAIN, TRAIN, strength=1e-3, neighbours=1)
    assert min(probe(told(maps)).values()) > 99


def test_tokens_that_tell_nothing_score_little():
    scores = PartsProbe(TRAIN, TEST, neighbours=None)(told(np.zeros((9, 2, 8, 8))))
    assert set(scores) == {"parts/linear_f1"} and scores["parts/linear_f1"] < 10


def test_maps_that_are_no_square_are_refused():
    with pytest.raises(ValueError, match="8 patch tokens are no square grid"):
        PartsProbe(TRAIN, TEST)(told(np.zeros((9, 2, 2, 4))))


def test_real_masks_are_read_as_their_data_set_reads_them(shared):
    config = dict(
        type="mcf.ParsingDataset",
        data_root=str(shared / "data/faces_samples/celebamask_hq_mini"),
        class_set="celebamask_hq_official",
        data_prefix=dict(img_path="val/images", seg_map_path="val/masks"),
    )
    faces = part_faces(config, size=64)
    assert isinstance(faces, PartFaces) and faces.num_classes == 19
    assert faces.labels.shape == (40, 64, 64) and len(faces.images) == 40
    share = (faces.labels == 1).mean(axis=(1, 2))  # skin
    assert (share > 0.05).all()


def test_without_cells_every_pixel_is_labelled():
    maps = np.tile(one_hot_cells(labels_of(TRAIN), 8, 8), (2, 1, 1, 1))
    settings = dict(strength=1e-3, neighbours=None)
    fine = PartsProbe(TRAIN, TRAIN, cells=None, **settings)(told(maps))
    as_told = PartsProbe(TRAIN, TRAIN, cells=8, **settings)(told(maps))
    assert fine == as_told and fine["parts/linear_f1"] > 99
