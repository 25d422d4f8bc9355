import cv2
import numpy as np
import pytest
import torch
from torch import nn

from mcf.apis import read_faces, reconstruct_images
from mcf.datasets.stores import FolderStore, pack_tar
from tests.tiny import tiny_mcf


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "faces" / "deep").mkdir(parents=True)
    for name, value in (("b.png", 20), ("deep/c.png", 30), ("a.png", 10)):
        image = np.full((40, 50, 3), value, np.uint8)
        cv2.imwrite(str(tmp_path / "faces" / name), image)
    return tmp_path / "faces"


def test_sheet_shows_the_faces_and_depends_on_the_seed_alone(folder):
    model = tiny_mcf().eval()
    before = torch.get_rng_state()
    sheets = [
        reconstruct_images(model, read_faces([folder]), seed=seed) for seed in (0, 0, 1)
    ]
    assert torch.equal(torch.get_rng_state(), before)
    np.testing.assert_array_equal(sheets[0], sheets[1])
    assert (sheets[0] != sheets[2]).any()
    inputs = sheets[0][:, 6:150]
    assert [(inputs == value).all(-1).sum() for value in (10, 20, 30)] == [144**2] * 3


def test_sources_may_be_files_folders_and_shards(folder, tmp_path):
    pack_tar(FolderStore(folder), tmp_path / "shards")
    sources = [folder / "b.png", folder, tmp_path / "shards"]
    values = [int(image[0, 0, 0]) for image in read_faces(sources)]
    assert values == [20, 10, 20, 30, 10, 20, 30]


def test_file_that_is_no_image_is_named(folder):
    (folder / "x.jpg").write_bytes(b"nothing")
    with pytest.raises(ValueError, match=r"x\.jpg cannot be drawn: not an image"):
        list(read_faces([folder / "x.jpg"]))
    with pytest.raises(FileNotFoundError):
        list(read_faces([folder / "absent.jpg"]))


def test_no_image_and_a_model_that_cannot_reconstruct_are_refused():
    with pytest.raises(ValueError, match="no image"):
        reconstruct_images(tiny_mcf(), [])
    with pytest.raises(ValueError, match="Linear cannot reconstruct"):
        reconstruct_images(nn.Linear(1, 1), [])
