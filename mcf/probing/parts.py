"""How well the parts of a face can be read off frozen patch tokens."""

from dataclasses import dataclass

import numpy as np
import torch

from mcf.datasets.parsing.mask_files import read_mask
from mcf.datasets.transforms import face_image
from mcf.evaluation.functional import (
    class_f1,
    confusion_matrix,
    fit_ridge,
    foreground_mean,
    nearest,
)
from mcf.models.frozen_backbone import FrozenBackbone, extract_features, fit_square
from mcf.registry import DATASETS, PROBES

CHUNK = 2048


@dataclass(frozen=True)
class PartFaces:
    """Square faces and the class of each pixel.

    Attributes:
        images: uint8 BGR [S,S,3], all of one size.
        labels: Class ids uint8 [N,S,S].
        num_classes: K; 0 is the background.
    """

    images: list[np.ndarray]
    labels: np.ndarray
    num_classes: int


def part_faces(dataset: dict, *, size: int) -> PartFaces:
    """Whole faces of a parsing data set, as they are, without augmentation.

    Args:
        dataset: Config of a data set of :mod:`mcf.datasets.parsing`, without pipeline.
        size: Side in pixels.
    """
    built = DATASETS.build(dataset)
    count = len(built.metainfo["classes"])
    images, labels = [], []
    for info in map(built.get_data_info, range(len(built))):
        drawn = "img" in info
        mask = info["gt_seg_map"] if drawn else read_mask(info["seg_map_path"], count)
        images.append(fit_square(face_image(info), size))
        labels.append(_square_labels(mask, size))
    return PartFaces(images, np.stack(labels), count)


@PROBES.register_module()
class PartsProbe:
    """Linear map and nearest neighbours from a patch token to the classes below it.

    A patch is divided into ``cells`` x ``cells`` cells, each with the class at its
    middle. A ridge regression from one token predicts the share of each class in each
    cell; neighbours (tokens of training faces) vote. Either way a cell gets the class
    with the largest prediction over the square root of its share in the training
    faces, so that small parts are found. ``<prefix>linear_f1`` and ``<prefix>knn_f1``
    are mean F1 over the classes without background, in percent, of one confusion matrix
    over the cells of all test faces.

    Args:
        train: Config of a data set of :mod:`mcf.parsing` to fit on, without pipeline.
        test: Config of another without pipeline, to score on.
        cells: Cells of a patch along each side; if None as many as it has pixels, so
            that each pixel at the backbone's size is labelled and scored.
        neighbours: Tokens that vote; no score if None.
        strength: Penalty of the regression.
        prefix: Begin of the scores' names.
    """

    def __init__(
        self,
        train: dict,
        test: dict,
        *,
        cells: int | None = 4,
        neighbours: int | None = 20,
        strength: float = 10.0,
        prefix: str = "parts/",
    ) -> None:
        self.configs = (train, test)
        self.cells = cells
        self.neighbours = neighbours
        self.strength = strength
        self.prefix = prefix
        self._faces: dict[int, tuple[PartFaces, PartFaces]] = {}

    def __call__(
        self, backbone: FrozenBackbone, *, device: str | torch.device = "cpu"
    ) -> dict[str, float]:
        """Scores of a backbone, higher is better."""
        train, test = self._squares(backbone.img_size)
        bank, grid = _tokens(backbone, train, device)
        queries, _ = _tokens(backbone, test, device)
        classes = train.num_classes
        cells = self.cells or backbone.img_size // grid
        known, truth = (_cells(f.labels, grid, cells) for f in (train, test))
        share = np.bincount(known.ravel(), minlength=classes) / known.size
        weight = 1 / np.sqrt(np.maximum(share, 1e-6))
        votes = {"linear_f1": self._linear(bank, known, queries, classes)}
        if self.neighbours is not None:
            votes["knn_f1"] = self._neighbours(bank, known, queries, classes)
        return {
            self.prefix + name: _mean_f1(truth, (vote * weight).argmax(-1), classes)
            for name, vote in votes.items()
        }

    def _squares(self, size: int) -> tuple[PartFaces, PartFaces]:
        if size not in self._faces:
            self._faces[size] = tuple(part_faces(c, size=size) for c in self.configs)
        return self._faces[size]

    def _linear(
        self, bank: np.ndarray, known: np.ndarray, queries: np.ndarray, classes: int
    ) -> np.ndarray:
        """Predicted shares [M, cells², K]."""
        one_hot = np.eye(classes, dtype=np.float32)[known].reshape(len(known), -1)
        ridge = fit_ridge(bank, one_hot, self.strength)
        predicted = ridge.predict(queries).astype(np.float32)
        return predicted.reshape(len(queries), -1, classes)

    def _neighbours(
        self, bank: np.ndarray, known: np.ndarray, queries: np.ndarray, classes: int
    ) -> np.ndarray:
        """Shares of the votes [M, cells², K]."""
        found = nearest(bank, queries, self.neighbours)
        eye = np.eye(classes, dtype=np.float32)
        parts = [
            eye[known[found[start : start + CHUNK]]].mean(axis=1)
            for start in range(0, len(found), CHUNK)
        ]
        return np.concatenate(parts)


def _square_labels(mask: np.ndarray, size: int) -> np.ndarray:
    """Central square of a mask [H,W] at ``size``, nearest class."""
    side = min(mask.shape)
    top, left = ((extent - side) // 2 for extent in mask.shape)
    square = mask[top : top + side, left : left + side]
    index = ((np.arange(size) + 0.5) * side / size).astype(int)
    return square[np.ix_(index, index)].astype(np.uint8)


def _tokens(
    backbone: FrozenBackbone, faces: PartFaces, device: str | torch.device
) -> tuple[np.ndarray, int]:
    """All patch tokens [N·h·h, C], row by row, and the side h of their grid.

    Raises:
        ValueError: If the tokens are no square grid.
    """
    tokens = extract_features(backbone, faces.images, pooling="patches", device=device)
    side = round(tokens.shape[1] ** 0.5)
    if side * side != tokens.shape[1]:
        raise ValueError(f"{tokens.shape[1]} patch tokens are no square grid")
    return tokens.reshape(-1, tokens.shape[2]), side


def _cells(labels: np.ndarray, grid: int, cells: int) -> np.ndarray:
    """Class of each cell of each patch [N·h·h, cells²]."""
    count, side, _ = labels.shape
    fine = grid * cells
    index = ((np.arange(fine) + 0.5) * side / fine).astype(int)
    sampled = labels[:, index[:, None], index[None]]
    patches = sampled.reshape(count, grid, cells, grid, cells).transpose(0, 1, 3, 2, 4)
    return patches.reshape(count * grid * grid, cells * cells)


def _mean_f1(truth: np.ndarray, predicted: np.ndarray, classes: int) -> float:
    confusion = confusion_matrix(truth, predicted, classes)
    scores = np.where(confusion.sum(axis=1) > 0, class_f1(confusion), np.nan)
    return 100 * foreground_mean(scores)
