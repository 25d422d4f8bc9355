"""The faces of a test set as a parsing checkpoint sees them."""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from mmengine.structures import BaseDataElement
from torch import nn

from mcf.datasets.transforms import face_image
from mcf.evaluation.metrics.parsing_report import summarise
from mcf.inference.loading import get_model
from mcf.registry import DATASETS, METRICS
from mcf.visualization.parsing_pictures import UNLABELLED, ParsedFace

from .usable import OnBad, Which, choose, usable_samples


@dataclass(frozen=True)
class ParsedSet:
    """What became of a test set.

    Attributes:
        faces: The chosen faces, that with the lowest mean F1 first.
        confusion: Pixels of all faces [K,K], rows are true classes.
        classes: K names.
        palette: K colours, RGB.
    """

    faces: list[ParsedFace]
    confusion: np.ndarray
    classes: list[str]
    palette: list[list[int]]


@torch.no_grad()
def parse_test_faces(
    config: str | Path | Config,
    checkpoint: str | Path,
    *,
    count: int = 8,
    which: Which = "worst",
    device: str | torch.device = "cpu",
    on_bad: OnBad | None = None,
) -> ParsedSet:
    """Parse the test set of a config and keep its worst or its typical faces.

    Pixels are counted, or ignored, as the config's test evaluator does it.

    Args:
        config: Parsing config, whose ``test_dataloader`` names the faces.
        checkpoint: Weights of its model.
        count: How many faces to keep; they are parsed a second time.
        which: With the lowest mean F1, or with one near the median.
        device: Where to compute.
        on_bad: Called with the error of a face whose photo or mask cannot be used,
            which is then left out; by default the error is raised.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If the checkpoint does not fit, or the test set has no masks.
    """
    config = config if isinstance(config, Config) else Config.fromfile(config)
    model = get_model(config, checkpoint, device=device)
    with DefaultScope.overwrite_default_scope(config.get("default_scope")):
        dataset = DATASETS.build(config.test_dataloader.dataset)
        metric = METRICS.build(config.test_evaluator)
    metric.dataset_meta = dataset.metainfo
    classes = list(dataset.metainfo["classes"])
    total = np.zeros((len(classes),) * 2, dtype=np.int64)
    indices, scores = [], []
    for index, loaded in usable_samples(dataset, on_bad):
        sample = _parse(model, loaded)
        metric.process(None, [sample.to_dict()])
        confusion = metric.results.pop().confusion
        total += confusion
        indices.append(index)
        scores.append(summarise(confusion)["mF1"])
    if not indices:
        raise ValueError("no photo of the test set can be used")
    faces = []
    # a face of nothing but background has no score and is never chosen
    for place in choose([-score for score in scores], count, which):
        index = indices[place]
        sample = _parse(model, dataset[index])
        truth = sample.gt_sem_seg.data[0].cpu().numpy().astype(np.int16)
        if metric.ignore_index is not None:
            truth[truth == metric.ignore_index] = UNLABELLED
        faces.append(
            ParsedFace(
                name=Path(sample.img_path).stem,
                score=scores[place],
                image=_photo(dataset.get_data_info(index), truth.shape),
                truth=truth,
                predicted=sample.pred_sem_seg.data[0].cpu().numpy(),
            )
        )
    return ParsedSet(faces, total, classes, list(dataset.metainfo["palette"]))


def _parse(model: nn.Module, loaded: dict) -> BaseDataElement:
    (sample,) = model.test_step(pseudo_collate([loaded]))
    if "gt_sem_seg" not in sample:
        raise ValueError(f"{sample.img_path} has no mask to compare with")
    return sample


def _photo(info: dict, shape: tuple[int, int]) -> np.ndarray:
    """Original image of a sample as RGB, at the size of its mask."""
    return cv2.resize(face_image(info), shape[::-1], interpolation=cv2.INTER_AREA)[
        ..., ::-1
    ]
