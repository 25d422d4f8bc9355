"""How well a frozen backbone's features predict landmarks, against an untrained one."""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from mmengine.logging import MMLogger

from mcf.evaluation.functional import fit_ridge_cv, k_folds, nme, pair_distance
from mcf.models.backbone_loaders import untrained_copy
from mcf.models.frozen_backbone import FrozenBackbone, Pooling, extract_features
from mcf.probing.landmark_faces import LandmarkFaces


@dataclass(frozen=True)
class ProbeScore:
    """Held-out error of one kind of features.

    Attributes:
        features: ``trained``, ``untrained (seed s)`` or ``none (mean shape)``.
        pooling: How tokens became features.
        fold_nme: Mean inter-ocular NME of each fold, in percent.
        face_nme: NME of each face, held out once, in percent.
        strengths: Ridge penalty chosen inside the training part of each fold.
    """

    features: str
    pooling: str
    fold_nme: list[float]
    face_nme: list[float]
    strengths: list[float]

    @property
    def mean(self) -> float:
        """Mean over folds."""
        return float(np.mean(self.fold_nme))

    @property
    def deviation(self) -> float:
        """Standard deviation over folds."""
        return float(np.std(self.fold_nme, ddof=1))


@dataclass(frozen=True)
class ProbeReport:
    """Scores of one backbone, its untrained copies and the mean shape.

    Attributes:
        data: Name of the faces.
        num_faces: How many there are.
        num_points: Landmarks of a face.
        note: What a reader of the error must know about the crops.
        folds: Number of folds.
        seed: Seed of the folds.
        scores: All scores, on the same folds.
    """

    data: str
    num_faces: int
    num_points: int
    note: str
    folds: int
    seed: int
    scores: list[ProbeScore]

    def rows(self) -> list[list[str]]:
        """Table: features, pooling, NME over folds, faces better when trained."""
        trained = {s.pooling: s.face_nme for s in self.scores if s.features == TRAINED}
        rows = []
        for score in self.scores:
            share = ""
            if score.features != TRAINED and score.pooling in trained:
                better = np.less(trained[score.pooling], score.face_nme)
                share = f"{better.mean():.0%}"
            error = f"{score.mean:.2f} ± {score.deviation:.2f}"
            rows.append([score.features, score.pooling, error, share])
        return rows

    def to_dict(self) -> dict:
        """Plain dict for JSON, with mean and deviation of each score."""
        content = asdict(self)
        for plain, score in zip(content["scores"], self.scores):
            plain.update(mean=score.mean, deviation=score.deviation)
        return content


TRAINED = "trained"
HEADER = ["features", "pooling", "NME %, mean ± sd over folds", "faces better trained"]


def probe_backbone(
    backbone: FrozenBackbone,
    faces: LandmarkFaces,
    *,
    poolings: tuple[Pooling, ...] = ("tokens", "mean", "cls"),
    untrained: int = 3,
    folds: int = 5,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> ProbeReport:
    """Ridge regression from frozen features to landmarks, with held-out folds.

    Args:
        backbone: The backbone to judge.
        faces: Faces with landmarks, at the backbone's ``img_size``.
        poolings: Kinds of features, each scored on its own.
        untrained: Copies with random weights to compare with.
        folds: Number of folds.
        seed: Seed of the folds; copy i has the weights of seed ``seed + i``.
        device: Where to compute the features.
    """
    logger = MMLogger.get_current_instance()
    models = {TRAINED: backbone}
    for i in range(seed, seed + untrained):
        models[f"untrained (seed {i})"] = untrained_copy(backbone, seed=i)
    scores = [_mean_shape(faces, folds=folds, seed=seed)]
    for pooling in poolings:
        for name, model in models.items():
            features = extract_features(
                model, faces.images, pooling=pooling, device=device
            )
            score = landmark_probe(
                features, faces, name=name, pooling=pooling, folds=folds, seed=seed
            )
            logger.info(f"probe {name}, {pooling}: NME {score.mean:.2f} %")
            scores.append(score)
    count, num_points = faces.points.shape[:2]
    return ProbeReport(faces.name, count, num_points, faces.note, folds, seed, scores)


def landmark_probe(
    features: np.ndarray,
    faces: LandmarkFaces,
    *,
    name: str = TRAINED,
    pooling: str = "",
    folds: int = 5,
    seed: int = 0,
) -> ProbeScore:
    """Score of the given features; the penalty is chosen inside each training part.

    Args:
        features: [N,D], one row a face.
        faces: The faces they were computed from.
        name: What the features are.
        pooling: How they were pooled.
        folds: Number of folds.
        seed: Seed of the folds.
    """
    targets = faces.points.reshape(len(features), -1)
    predicted, strengths = np.empty_like(targets), []
    parts = k_folds(len(features), folds, seed, groups=faces.photos)
    for train, test in parts:
        ridge = fit_ridge_cv(features[train], targets[train], seed=seed)
        predicted[test] = ridge.predict(features[test])
        strengths.append(ridge.strength)
    errors = 100 * nme(
        predicted.reshape(faces.points.shape),
        faces.points,
        pair_distance(faces.points, *faces.eyes),
    )
    fold_nme = [float(errors[test].mean()) for _, test in parts]
    return ProbeScore(name, pooling, fold_nme, errors.tolist(), strengths)


def _mean_shape(faces: LandmarkFaces, *, folds: int, seed: int) -> ProbeScore:
    """Score of predicting the training faces' mean: features that tell nothing."""
    nothing = np.zeros((len(faces.images), 1))
    name = "none (mean shape)"
    return landmark_probe(nothing, faces, name=name, folds=folds, seed=seed)
