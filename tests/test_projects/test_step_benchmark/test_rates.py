import cv2
import pytest
import torch

from mcf.drawn_faces import draw_face
from projects.step_benchmark import compare_attention, compare_loading, matmul_peak


def test_peak_is_a_rate(monkeypatch):
    monkeypatch.setitem(matmul_peak.__globals__["SIDES"], "cpu", (64, 256))
    rate = matmul_peak(torch.device("cpu"), torch.float32, repeats=3)
    assert 1e8 < rate < 1e14


def test_both_forms_of_attention_are_timed():
    timings = compare_attention(
        torch.device("cpu"), torch.float32, shape=(1, 2, 5, 4), repeats=2
    )
    assert [*timings] == ["fused", "plain"]


def test_stores_give_the_pixels_of_pillow(tmp_path):
    for seed in range(3):
        image = draw_face(seed, 64).image[..., ::-1]
        cv2.imwrite(str(tmp_path / f"{seed}.jpg"), image)
    timings, difference, images = compare_loading(str(tmp_path), images=9, repeats=1)
    assert difference == 0 and images == 3
    assert [*timings] == [
        "Pillow from a folder",
        "mcf from folder",
        "mcf from LMDB",
        "mcf from tar",
        "mcf from LMDB, pixels",
        "mcf from tar, pixels",
    ]


def test_images_of_several_sizes_make_no_batches(tmp_path):
    for side in (32, 48):
        image = draw_face(0, side).image[..., ::-1]
        cv2.imwrite(str(tmp_path / f"{side}.jpg"), image)
    with pytest.raises(ValueError, match="2 sizes"):
        compare_loading(str(tmp_path), images=2)
