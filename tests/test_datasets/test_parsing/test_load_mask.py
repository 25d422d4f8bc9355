import numpy as np
import pytest

from mcf.datasets.parsing.load_mask import LoadMask
from mcf.datasets.parsing.resize_original import ResizeOriginal
from tests.test_datasets.test_parsing.parsing_files import write_png

LABELS = np.array([[0, 1, 2], [2, 1, 0]], dtype=np.uint8)


def results(path, ori_shape=(2, 3), **more):
    return dict(
        img_path="photo.jpg",
        seg_map_path=str(path),
        num_classes=3,
        ori_shape=ori_shape,
        seg_fields=[],
        **more,
    )


def test_mask_joins_the_sample(tmp_path):
    loaded = LoadMask()(results(write_png(tmp_path / "m.png", LABELS)))
    assert np.array_equal(loaded["gt_seg_map"], LABELS)
    assert loaded["seg_fields"] == ["gt_seg_map"]


def test_size_of_the_original_counts_not_that_of_the_input(tmp_path):
    path = write_png(tmp_path / "m.png", LABELS)
    sample = results(path, img=np.zeros((8, 8, 3)), img_shape=(8, 8))
    assert LoadMask()(sample)["gt_seg_map"].shape == (2, 3)


def test_other_size_than_the_photo_is_refused(tmp_path):
    path = write_png(tmp_path / "m.png", LABELS)
    with pytest.raises(ValueError, match=r"m.png has the size \(2, 3\).*\(4, 6\)"):
        LoadMask()(results(path, ori_shape=(4, 6)))


def test_set_without_masks_is_told_so():
    sample = dict(img_path="photo.jpg", num_classes=3, ori_shape=(2, 3))
    with pytest.raises(ValueError, match=r"photo\.jpg: .* no masks.*leave out mcf\.Lo"):
        LoadMask()(sample)


def test_unknown_ids_are_refused_unless_ignored(tmp_path):
    path = write_png(tmp_path / "m.png", np.where(LABELS == 2, 255, LABELS))
    with pytest.raises(ValueError, match=r"m.png holds the unknown ids 255"):
        LoadMask()(results(path))
    loaded = LoadMask(ignore_index=255)(results(path))
    assert loaded["gt_seg_map"].max() == 255


def test_resized_photo_becomes_the_original():
    pixels = np.arange(16, dtype=np.uint8).reshape(4, 4, 1).repeat(3, axis=2)
    sample = dict(img=pixels, img_shape=(4, 4), ori_shape=(4, 4))
    resized = ResizeOriginal(2)(sample)
    # half the size, bilinear: the mean of 2x2 pixels
    assert resized["img"][..., 0].tolist() == [[3, 5], [11, 13]]
    assert resized["ori_shape"] == resized["img_shape"] == (2, 2)


def test_width_comes_first_in_a_pair():
    sample = dict(img=np.zeros((4, 4, 3), np.uint8))
    assert ResizeOriginal((6, 2))(sample)["ori_shape"] == (2, 6)


def test_original_cannot_change_after_its_mask():
    sample = dict(img=np.zeros((4, 4, 3), np.uint8), seg_fields=["gt_seg_map"])
    with pytest.raises(ValueError, match="before the mask is loaded"):
        ResizeOriginal(2)(sample)
    with pytest.raises(ValueError, match="scale"):
        ResizeOriginal(0)
