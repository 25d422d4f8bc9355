import ast
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mcf.drawn_faces import draw_face
from mcf.models.backbones import MaskedViT
from tests.tools import load_tool

ROOT = Path(__file__).resolve().parents[2]
BLOCK = "mcf_vit-tiny-p14_1xb64-fp32-coslr-10e_faces-112_block.py"
ATTENTION = BLOCK.replace("block", "attention")
TILE = 144 + 6  # a picture and the gap beside it


@pytest.fixture(scope="module")
def main():
    return load_tool("show_masks").main


@pytest.fixture
def faces(tmp_path):
    folder = tmp_path / "faces"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for i in range(3):
        face = generator.integers(0, 256, (40, 40, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / f"{i}.png"), face)
    return str(folder)


@pytest.fixture
def backbone(tmp_path):
    arch = dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32)
    config = dict(type="mcf.MaskedViT", arch=arch, img_size=32, patch_size=8)
    weights = MaskedViT(arch, img_size=32, patch_size=8).state_dict()
    content = dict(
        state_dict={f"backbone.{name}": tensor for name, tensor in weights.items()},
        meta=dict(backbone=config, img_size=32, mean=[127.5] * 3, std=[127.5] * 3),
    )
    torch.save(content, tmp_path / "backbone_online.pth")
    return str(tmp_path / "backbone_online.pth")


def columns_and_rows(path):
    height, width = cv2.imread(str(path)).shape[:2]
    return width // TILE, height // TILE


def test_every_strategy_has_a_column_and_every_face_a_row(
    main, faces, backbone, tmp_path
):
    main([faces, "--out", str(tmp_path / "blind.png"), "--max-images", "2"])
    assert columns_and_rows(tmp_path / "blind.png") == (4, 2)
    main([faces, "--out", str(tmp_path / "all.png"), "--backbone", backbone])
    assert columns_and_rows(tmp_path / "all.png") == (7, 3)


def test_config_shows_its_own_masks(main, faces, tmp_path):
    config = str(ROOT / "configs" / "pretrain" / BLOCK)
    main([faces, "--out", str(tmp_path / "a.png"), "--config", config])
    assert columns_and_rows(tmp_path / "a.png") == (2, 3)


def test_picture_depends_on_the_seed_alone(main, faces, tmp_path):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        main([faces, "--out", str(tmp_path / f"{name}.jpg"), "--seed", str(seed)])
    a, b, c = ((tmp_path / f"{name}.jpg").read_bytes() for name in "abc")
    assert a == b != c


def test_guided_masks_without_a_backbone_say_what_they_need(main, faces, tmp_path):
    config = str(ROOT / "configs" / "pretrain" / ATTENTION)
    with pytest.raises(ValueError, match="needs a backbone that attends"):
        main([faces, "--out", str(tmp_path / "a.png"), "--config", config])


def test_points_are_measured_on_the_faces(main, tmp_path, capsys):
    """Of drawn faces, whose true points are known, up to a tenth of the side."""
    drawn = [draw_face(seed, 224) for seed in range(4)]
    for index, face in enumerate(drawn):
        cv2.imwrite(str(tmp_path / f"{index}.png"), face.image[..., ::-1])
    marks = np.median([face.landmarks68 for face in drawn], axis=0) / 224
    eyes = [marks[36:42].mean(axis=0), marks[42:48].mean(axis=0)]
    truth = np.array([*eyes, *marks[[30, 48, 54]]])
    main([str(tmp_path), "--out", str(tmp_path / "a.jpg"), "--points", "detected"])
    points = ast.literal_eval(
        capsys.readouterr().out.split("points=")[1].split("\n")[0]
    )
    assert np.abs(points - truth).max() < 0.1


def test_no_face_to_measure_is_an_error_that_names_the_templates(main, faces, tmp_path):
    with pytest.raises(ValueError, match="five-point or arcface"):
        main([faces, "--out", str(tmp_path / "a.png"), "--points", "detected"])
