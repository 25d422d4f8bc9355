"""Faces of an alignment config's test set with their landmarks."""

from itertools import islice
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate
from mmengine.registry import DefaultScope
from torch import nn
from torch.utils.data import Dataset

from mcf.datasets.transforms import face_image
from mcf.evaluation.metrics import LandmarkMetric
from mcf.inference.loading import get_model
from mcf.registry import DATASETS, METRICS
from mcf.visualization.landmark_pictures import PredictedFace

from .usable import OnBad, Which, choose, usable_samples

BATCH = 8


def align_test_faces(
    config: str | Path | Config,
    checkpoint: str | Path,
    *,
    count: int = 8,
    which: Which = "worst",
    device: str | torch.device = "cpu",
    on_bad: OnBad | None = None,
) -> list[PredictedFace]:
    """The worst or the typical faces of the test set, the larger error first.

    The error is in the first unit of the config's test evaluator; faces without it,
    as its points are not labelled, are left out.

    Args:
        config: Alignment config, whose ``test_dataloader`` names the faces.
        checkpoint: Weights of its model.
        count: How many faces.
        which: With the largest error, or with one near the median.
        device: Where to compute.
        on_bad: Called with the error of a face whose photo cannot be used, which is
            then left out; by default the error is raised.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If the checkpoint does not fit the config, or no face can be used.
    """
    config = config if isinstance(config, Config) else Config.fromfile(config)
    model = get_model(config, checkpoint, device=device)
    with DefaultScope.overwrite_default_scope(config.default_scope):
        dataset = DATASETS.build(config.test_dataloader.dataset)
        metric = METRICS.build(config.test_evaluator)
    samples, indices = [], []
    usable = usable_samples(dataset, on_bad)
    while batch := list(islice(usable, BATCH)):
        indices += [index for index, _ in batch]
        samples += _predict(model, [sample for _, sample in batch])
    if not samples:
        raise ValueError("no photo of the test set can be used")
    metric.process(None, samples)
    errors = np.array([next(iter(face.errors.values())) for face in metric.results])
    chosen = choose(errors, count, which)
    return [_face(dataset, indices[i], samples[i], metric) for i in chosen]


@torch.no_grad()
def _predict(model: nn.Module, samples: list[dict]) -> list[dict]:
    found = model.test_step(pseudo_collate(samples))
    return [sample.to_dict() for sample in found]


def _face(
    dataset: Dataset, index: int, sample: dict, metric: LandmarkMetric
) -> PredictedFace:
    info, truth = dataset.get_data_info(index), sample["gt_instances"]
    image = face_image(info)
    return PredictedFace(
        name=Path(info["img_path"]).name,
        image=np.ascontiguousarray(image[..., ::-1]),
        box=info["annotated_bbox"][0],
        points=np.asarray(sample["pred_instances"]["keypoints"][0], dtype=float),
        truth=np.asarray(truth["keypoints"][0], dtype=float),
        labelled=np.asarray(info["keypoints_labelled"][0]),
        counted=np.asarray(truth["keypoints_visible"][0]) > 0.5,
        unit=next(iter(metric.units(sample).values())),
    )
