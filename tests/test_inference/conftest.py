"""Tiny networks of the three tasks with files as runs leave them."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.config import Config

from mcf.crops.face import Face
from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.schemas import get_schema
from mcf.drawn_faces import draw_face
from mcf.inference.loading import load_network
from mcf.utils.configs import read_config

TINY = dict(embed_dims=16, num_layers=6, num_heads=2, feedforward_channels=32)
ALIGNMENT = "mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112"
PARSING = "mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112"


def tiny_alignment(name: str = ALIGNMENT) -> Config:
    pytest.importorskip("mmpose")
    config = read_config(name)
    config.model.backbone.arch = TINY
    head = config.model.head
    head.in_channels = [16] * 4 if isinstance(head.in_channels, list) else 16
    if "embed_dims" in config.model.get("neck", {}):
        config.model.neck.embed_dims = 16
    if "gau_cfg" in head:
        head.gau_cfg.hidden_dims = 16
    return config


def tiny_parsing(name: str = PARSING) -> Config:
    pytest.importorskip("mmseg")
    config = read_config(name)
    config.model.backbone.arch = TINY
    config.model.neck.embed_dims = 16
    config.model.decode_head.update(in_channels=[16] * 4, channels=8)
    config.model.decode_head.loss_decode.pop("class_weight", None)
    return config


def save_weights(config: Config, path: Path, *, seed: int, meta: dict) -> Path:
    """Random weights as a run saves them."""
    torch.manual_seed(seed)
    model = load_network(config).model
    for parameter in model.parameters():  # random ones must disagree about pixels
        torch.nn.init.normal_(parameter, std=0.3)
    content = dict(state_dict=model.state_dict(), meta=dict(dataset_meta=meta))
    torch.save(content, path)
    return path


@pytest.fixture(scope="session")
def landmarks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Path]:
    config = tiny_alignment()
    path = tmp_path_factory.mktemp("alignment") / "epoch_1.pth"
    meta = get_schema("ibug68").metainfo() | {"landmark_schema": "ibug68"}
    return config, save_weights(config, path, seed=0, meta=meta)


@pytest.fixture(scope="session")
def parsing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Config, Path]:
    config = tiny_parsing()
    path = tmp_path_factory.mktemp("parsing") / "epoch_1.pth"
    meta = LAPA.metainfo() | {"dataset_name": LAPA.name}
    return config, save_weights(config, path, seed=1, meta=meta)


@dataclass(frozen=True)
class BrightSquares:
    """Detector that takes quarters of a photo for faces if their middle is bright."""

    def open(self):
        shift = np.array([(-9.0, -6), (9, -6), (0, 2), (-7, 10), (7, 10)])

        def find(image, source):
            half = min(image.shape[:2]) // 2
            return [
                Face(
                    np.array([x, y, x + half - 1, y + half - 1], float) + 0.5,
                    0.5 + y / 1000 + x / 10000,
                    np.add(shift, (x + half / 2, y + half / 2)),
                )
                for y in (0, half)
                for x in (0, half)
                if image[y + half // 2, x + half // 2].mean() > 100
            ]

        return find

    def versions(self) -> dict[str, str]:
        return {}


@pytest.fixture(scope="session")
def photos() -> list[np.ndarray]:
    """Eight photos with 0 to 4 drawn faces each, BGR [112,112,3]."""
    rng = np.random.default_rng(0)
    faces = [draw_face(seed, size=56).image[..., ::-1] for seed in range(8)]
    photos = []
    for number in range(8):
        photo = np.zeros((112, 112, 3), np.uint8)
        for place in rng.permutation(4)[: number % 5]:
            y, x = 56 * (place // 2), 56 * (place % 2)
            photo[y : y + 56, x : x + 56] = np.maximum(faces[rng.integers(8)], 110)
        photos.append(photo)
    return photos


@pytest.fixture(scope="session")
def onnx_files(
    landmarks,
    parsing,
    exported: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> SimpleNamespace:
    """One decoded file a task."""
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package)
    from mcf.export import export_onnx

    folder = tmp_path_factory.mktemp("onnx")
    files = SimpleNamespace(
        landmarks=folder / "landmarks.onnx",
        parsing=folder / "parsing.onnx",
        embedding=folder / "embedding.onnx",
    )
    for path, (config, checkpoint), pooling in (
        (files.landmarks, landmarks, "mean"),
        (files.parsing, parsing, "mean"),
        (files.embedding, (None, exported), "cls"),
    ):
        export_onnx(
            checkpoint,
            path,
            config=config,
            decode=True,
            pooling=pooling,
            faces=2,
            runs=0,
        )
    return files
