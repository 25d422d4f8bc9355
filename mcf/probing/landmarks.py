"""How well landmarks can be read off frozen features."""

import numpy as np
import torch

from mcf.datasets.transforms import face_image
from mcf.evaluation.functional import k_folds, nearest, nme, pair_distance
from mcf.models.frozen_backbone import FrozenBackbone, Pooling, extract_features
from mcf.probing.landmark_faces import (
    CROP_JITTER,
    CROP_MARGIN,
    LandmarkFaces,
    crop_around,
)
from mcf.probing.ridge_probe import landmark_probe
from mcf.registry import DATASETS, PROBES


def landmark_faces(dataset: dict, *, size: int, seed: int = 0) -> LandmarkFaces:
    """Randomly displaced square crops of a landmark data set's faces.

    Faces with points that are not labelled are left out, and the note counts them.

    Args:
        dataset: Config of a set of :mod:`mcf.datasets.landmarks`, without pipeline.
        size: Side of the crops in pixels.
        seed: Seed of the displacements.

    Raises:
        ValueError: If the landmarks have no inter-ocular distance of two points, or no
            face has all its points.
    """
    built = DATASETS.build(dataset)
    left, right = built.schema.normaliser("interocular")
    if len(left) + len(right) != 2:
        raise ValueError(f"{built.NAME}: the eyes' distance is not one of two points")
    rng = np.random.default_rng(seed)
    crops, photos = [], []
    for info in map(built.get_data_info, range(len(built))):
        if not np.all(info["keypoints_labelled"]):
            continue
        image = face_image(info)
        crops.append(crop_around(image, info["keypoints"][0], size=size, rng=rng))
        photos.append(built.photo(str(info["img_path"])))
    if not crops:
        raise ValueError(f"{built.NAME}: no face has all its points labelled")
    images, points = zip(*crops)
    note = (
        f"Crops are squares of {CROP_MARGIN} x the extent of the true landmarks, each "
        f"shifted and scaled at random by up to {CROP_JITTER:.0%}. They leak rough "
        "position and scale, so errors are lower than with detected boxes."
    )
    if left_out := len(built) - len(crops):
        note += f" {left_out} faces with unlabelled points are left out."
    return LandmarkFaces(
        built.NAME, list(images), np.stack(points), (*left, *right), note, photos
    )


@PROBES.register_module()
class LandmarkProbe:
    """Ridge regression and nearest neighbours from features of a face to its points.

    Every face is held out once (folds; faces of one photo stay together), the penalty
    of the regression is chosen inside the training part. ``<prefix>ridge_nme`` and
    ``<prefix>knn_nme`` are in percent of the inter-ocular distance.

    Args:
        dataset: Config of a set of :mod:`mcf.datasets.landmarks`, without pipeline.
        pooling: How tokens become features, see
            :func:`~mcf.models.frozen_backbone.extract_features`.
        neighbours: Faces whose mean points are the prediction; no score if None.
        folds: Number of folds.
        seed: Seed of crops and folds.
        prefix: Begin of the scores' names.
    """

    def __init__(
        self,
        dataset: dict,
        *,
        pooling: Pooling = "tokens",
        neighbours: int | None = 10,
        folds: int = 5,
        seed: int = 0,
        prefix: str = "landmarks/",
    ) -> None:
        self.dataset = dataset
        self.pooling = pooling
        self.neighbours = neighbours
        self.folds = folds
        self.seed = seed
        self.prefix = prefix
        self._faces: dict[int, LandmarkFaces] = {}

    def __call__(
        self, backbone: FrozenBackbone, *, device: str | torch.device = "cpu"
    ) -> dict[str, float]:
        """Scores of a backbone, lower is better."""
        faces = self._crops(backbone.img_size)
        features = extract_features(
            backbone, faces.images, pooling=self.pooling, device=device
        )
        ridge = landmark_probe(features, faces, folds=self.folds, seed=self.seed)
        scores = {f"{self.prefix}ridge_nme": float(np.mean(ridge.face_nme))}
        if self.neighbours is not None:
            scores[f"{self.prefix}knn_nme"] = self._neighbour_error(features, faces)
        return scores

    def _crops(self, size: int) -> LandmarkFaces:
        if size not in self._faces:
            self._faces[size] = landmark_faces(self.dataset, size=size, seed=self.seed)
        return self._faces[size]

    def _neighbour_error(self, features: np.ndarray, faces: LandmarkFaces) -> float:
        predicted = np.empty_like(faces.points)
        parts = k_folds(len(features), self.folds, self.seed, groups=faces.photos)
        for train, test in parts:
            found = nearest(features[train], features[test], self.neighbours)
            predicted[test] = faces.points[train][found].mean(axis=1)
        unit = pair_distance(faces.points, *faces.eyes)
        return float(100 * nme(predicted, faces.points, unit).mean())
