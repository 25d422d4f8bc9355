"""Faces and labels of a data set, as arrays."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mcf.benchmark.features import FeatureCache, Vectors
from mcf.datasets.transforms import face_image
from mcf.registry import DATASETS
from mcf.suite import FacePairDataset, FaceTaskDataset, SuiteDataset, Task


@dataclass(frozen=True)
class Faces:
    """What is known about the faces in a data set.

    Attributes:
        vectors: [N,D] by name of pooling.
        digests: Of the pixels of each face [N].
        labels: As :class:`~mcf.suite.Task` says.
        groups: Of each face, kind of group to name.
    """

    vectors: Vectors
    digests: list[bytes]
    labels: np.ndarray
    groups: list[dict[str, str]]

    @property
    def features(self) -> np.ndarray:
        """All vectors of a face, one after the other [N,ΣD]."""
        return np.hstack([self.vectors[name] for name in sorted(self.vectors)])


def labelled_faces(config: dict, cache: FeatureCache) -> tuple[Task, Faces]:
    """Question and faces of a data set of :mod:`mcf.suite`.

    Raises:
        FileNotFoundError: If something is missing.
        ValueError: If a label or image cannot be used, or the set asks nothing.
    """
    dataset = built(config, FaceTaskDataset)
    labels, groups = [], []

    def images() -> Iterator[np.ndarray]:
        for index in range(len(dataset)):
            info = sample(dataset, index)
            labels.append(info[dataset.task.key])
            groups.append(info["groups"])
            yield info["img"]

    vectors, digests = cache(images())
    return dataset.task, Faces(vectors, digests, np.stack(labels), groups)


def pair_dataset(config: dict) -> FacePairDataset:
    """Data set of pairs.

    Raises:
        FileNotFoundError: If something is missing.
        ValueError: If it is no such set, or its list cannot be understood.
    """
    return built(config, FacePairDataset)


def images_of(dataset: SuiteDataset) -> Iterator[np.ndarray]:
    """Its images one after the other, uint8 BGR."""
    for index in range(len(dataset)):
        yield sample(dataset, index)["img"]


def sample(dataset: SuiteDataset, index: int) -> dict:
    """A sample with its image ``img``, uint8 BGR, cut by the pipeline of its config."""
    info = dataset.get_data_info(index)
    return dataset.pipeline({**info, "img": face_image(info)})


def built(config: dict, kind: type[SuiteDataset]) -> SuiteDataset:
    """Data set of a config, which must be of a kind.

    Raises:
        ValueError: If it is of another.
    """
    dataset = DATASETS.build(config)
    if not isinstance(dataset, kind):
        raise ValueError(
            f"{config['type']} is no {kind.__name__}, which this row needs"
        )
    return dataset
