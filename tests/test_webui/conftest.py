"""An inferencer of networks that answer at once, and a tiny pre-training model."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from mcf.crops.rule import CropRule
from mcf.datasets.parsing.class_sets import LAPA, ClassSet
from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer
from mcf.webui.views import PretrainingViews
from mcf.webui.visitor_files import MAX_PIXELS, VisitorFiles
from tests.tiny import tiny_mcf

RULE = CropRule("image", (32, 32))


@dataclass(frozen=True)
class MiddlePoints:
    """All 68 points in the middle of the crop."""

    rule: CropRule = RULE
    schema: str = "ibug68"
    count: int = 68

    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        shape = (len(crops), self.count)
        return np.full((*shape, 2), 15.5, np.float32), np.ones(shape, np.float32)


@dataclass(frozen=True)
class SkinAndHair:
    """Hair in the upper half of the crop, skin in the lower."""

    rule: CropRule = RULE
    class_set: ClassSet = LAPA

    def predict(self, crops: np.ndarray) -> torch.Tensor:
        logits = torch.zeros(len(crops), len(LAPA.classes), 32, 32)
        logits[:, 10, :16] = 9
        logits[:, 1, 16:] = 9
        return logits


@pytest.fixture(scope="session")
def inferencer() -> FaceInferencer:
    return FaceInferencer(
        landmarks=MiddlePoints(),
        parsing=SkinAndHair(),
        detector=None,
        max_pixels=MAX_PIXELS,
    )


@pytest.fixture(scope="session")
def pretraining() -> PretrainingViews:
    return PretrainingViews(tiny_mcf().eval())


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "face.png"
    cv2.imwrite(str(path), draw_face(3, 96).image[..., ::-1])
    return path


@pytest.fixture
def files():
    with VisitorFiles() as files:
        yield files
