import numpy as np
import pytest
from PIL import Image

from mcf.datasets.parsing.celebamask_hq_defects import DEFECTS, DUPLICATES
from mcf.datasets.parsing.celebamask_hq_files import (
    MAPPING,
    SPLITS,
    part_path,
    present_parts,
    read_part,
    read_splits,
)
from tests.test_datasets.test_parsing.parsing_files import write_png


def test_split_follows_the_original_index(celebamask_hq):
    splits = read_splits(celebamask_hq)
    assert splits == {"train": [0, 1], "val": [2, 3], "test": [4, 2001]}


def test_published_split_sizes_add_up():
    assert sum(SPLITS.values()) == 30_000


def test_missing_mapping_says_what_was_expected(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"mapping.txt; expected is the folder"):
        read_splits(tmp_path)


@pytest.mark.parametrize("line", ["1 2", "1 x 000003.jpg", "0 7 000008.jpg"])
def test_bad_lines_of_the_mapping_are_named(celebamask_hq, line):
    with (celebamask_hq / MAPPING).open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(ValueError, match=r"mapping.txt:8: "):
        read_splits(celebamask_hq)


def test_parts_lie_in_folders_of_2000(celebamask_hq):
    path = part_path(celebamask_hq, 2001, "l_eye")
    assert path.parts[-3:] == ("CelebAMask-HQ-mask-anno", "1", "02001_l_eye.png")
    assert present_parts(celebamask_hq, 2001) == ["skin", "l_eye", "neck_l", "neck"]
    assert present_parts(celebamask_hq, 5) == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "P", "I;16"])
def test_part_is_what_is_not_black_in_any_kind_of_image(tmp_path, mode):
    expected = np.array([[True, False], [False, True]])
    if mode == "I;16":
        image = Image.fromarray(np.where(expected, 256, 0).astype(np.uint16))
    elif mode == "P":  # index 0 is white here, index 1 black
        image = Image.fromarray(np.where(expected, 0, 1).astype(np.uint8))
        image.putpalette([255, 255, 255, 0, 0, 0])
    else:
        grey = Image.fromarray(np.where(expected, 255, 0).astype(np.uint8))
        image = grey.convert(mode)
    image.save(tmp_path / "part.png")
    assert Image.open(tmp_path / "part.png").mode == mode
    assert np.array_equal(read_part(tmp_path / "part.png"), expected)


def test_damaged_part_is_named(tmp_path):
    path = write_png(tmp_path / "00000_skin.png", np.ones((64, 64), np.uint8))
    path.write_bytes(path.read_bytes()[:70])
    with pytest.raises(ValueError, match=r"00000_skin.png is not a readable mask"):
        read_part(path)


def test_published_duplicates_are_neighbours():
    assert len(DUPLICATES) == 13
    assert all(second == first + 1 for first, second in DUPLICATES)
    assert list(DEFECTS) == sorted(DEFECTS)
