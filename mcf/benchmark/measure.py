"""One piece of work of the benchmark: a row, a share of the labels, a seed."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from mcf.benchmark.answers import answer, face_errors, in_words
from mcf.benchmark.encoder import Encoder, pair_pooling
from mcf.benchmark.faces import Faces, images_of, labelled_faces, pair_dataset
from mcf.benchmark.features import FeatureCache
from mcf.benchmark.row import Row
from mcf.datasets.samplers.mixing import permutation
from mcf.evaluation.functional import (
    by_group,
    face_scores,
    pair_scores,
    squared_distances,
)
from mcf.registry import DATASETS, PROBES
from mcf.suite import Task

WORST = 8
"""Faces or pairs that the page shows."""


@dataclass(frozen=True)
class Outcome:
    """What a piece of work found.

    Attributes:
        scores: By name.
        groups: Kind of group → group → score, and ``gap``, of the number that counts.
        worst: Samples of the test set that are furthest off, with words.
        counts: Faces and pairs by part.
    """

    scores: dict[str, float]
    groups: dict[str, dict[str, float]] = field(default_factory=dict)
    worst: list[tuple[int, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


class Measures:
    """Work on the rows; faces of the last row are kept, so its shares are quick.

    Args:
        encoder: What is judged.
        cache: Its vectors.
        device: Where probes compute.
    """

    def __init__(self, encoder: Encoder, cache: FeatureCache, device: str) -> None:
        self.encoder = encoder
        self.cache = cache
        self.device = device
        self._kept: tuple[str, tuple[Task, Faces, Faces]] | None = None

    def seeds(self, row: Row, share: float, seeds: Sequence[int]) -> Sequence[int]:
        """Seeds that matter: where nothing is drawn, one is as good as all."""
        drawn = row.kind == "train" or share < 1
        if row.kind == "probe":
            probe = PROBES.get(row.datasets["probe"]["type"])
            drawn |= "seed" in inspect.signature(probe).parameters
        return seeds if drawn else seeds[:1]

    def measure(self, row: Row, share: float, seed: int) -> Outcome:
        """Do one piece of work.

        Raises:
            FileNotFoundError: If data are missing.
            LookupError: If the encoder cannot do such a row.
            ValueError: If the data cannot be used.
        """
        work = dict(train=self._train, pairs=self._pairs, probe=self._probe)
        return work[row.kind](row, share, seed)

    def _train(self, row: Row, share: float, seed: int) -> Outcome:
        if self._kept is None or self._kept[0] != row.name:
            configs = row.placed()
            task, train = labelled_faces(configs["train"], self.cache)
            _, test = labelled_faces(configs["test"], self.cache)
            self._kept = row.name, (task, train, test)
        task, train, test = self._kept[1]
        count = max(2, round(share * len(train.labels)))
        order = permutation(len(train.labels), seed)[:count]
        found = answer(
            task, train.features[order], train.labels[order], test.features, seed=seed
        )
        result = face_scores(task, found.linear, test.labels)
        near = face_scores(task, found.neighbours, test.labels)
        result |= {f"knn_{name}": value for name, value in near.items()}
        tested = set(test.digests)
        fresh = np.array([i for i in order if train.digests[i] not in tested], int)
        repeated = len(order) - len(fresh)
        if repeated:
            clean = answer(
                task,
                train.features[fresh],
                train.labels[fresh],
                test.features,
                seed=seed,
            )
            more = face_scores(task, clean.linear, test.labels)
            result |= {f"{name}_without_repeats": v for name, v in more.items()}
        errors = face_errors(task, found.linear, test.labels)
        worst = np.argsort(-errors, kind="stable")[:WORST]
        words = [
            (int(i), in_words(task, found.linear[i], test.labels[i])) for i in worst
        ]
        counts = dict(train=count, test=len(test.labels), repeated=repeated)
        key = row.score.key
        groups = {}
        for kind in sorted({kind for face in test.groups for kind in face}):
            names = [face.get(kind) for face in test.groups]
            each = by_group(
                lambda i: face_scores(task, found.linear[i], test.labels[i])[key], names
            )
            groups[kind] = each.scores | dict(gap=each.gap)
        return Outcome(result, groups, words, counts)

    def _pairs(self, row: Row, share: float, seed: int) -> Outcome:
        dataset = pair_dataset(row.placed()["pairs"])
        pairs = dataset.pairs
        straight, _ = self.cache(images_of(dataset))
        mirrored, _ = self.cache(images_of(dataset), mirrored=True)
        chosen, result = pair_pooling(straight), {}
        for name, vectors in straight.items():
            for suffix, both in (
                ("", vectors),
                ("_mirrored", vectors + mirrored[name]),
            ):
                distances = squared_distances(both[pairs.first], both[pairs.second])
                found = pair_scores(distances, pairs.same, pairs.fold)
                result[f"accuracy_{name}{suffix}"] = 100 * float(
                    found.accuracies.mean()
                )
                result[f"tar_{name}{suffix}"] = 100 * float(found.tar.mean())
                if name == chosen and not suffix:
                    result["accuracy"] = result[f"accuracy_{name}"]
                    result["accuracy_sd"] = 100 * float(found.accuracies.std())
                    limit = found.thresholds.mean()
                    off = np.where(pairs.same, distances - limit, limit - distances)
        worst = np.argsort(-off, kind="stable")[:WORST]
        words = [(int(i), "one person" if pairs.same[i] else "two") for i in worst]
        counts = dict(images=len(pairs.images), pairs=len(pairs.same))
        return Outcome(result, worst=words, counts=counts)

    def _probe(self, row: Row, share: float, seed: int) -> Outcome:
        backbone = self.encoder.backbone
        if backbone is None:
            raise LookupError(
                f"{self.encoder.name} gives one vector a face, no map: give the "
                "backbone's own file"
            )
        config = dict(row.placed()["probe"])
        if "seed" in inspect.signature(PROBES.get(config["type"])).parameters:
            config["seed"] = seed
        if share < 1:
            config["train"] = part_of(config["train"], share, seed)
        found = PROBES.build(config)(backbone, device=self.device)
        return Outcome({name: float(value) for name, value in found.items()})


def part_of(dataset: dict, share: float, seed: int) -> dict:
    """Config of a share of a data set; smaller shares of a seed are in larger ones."""
    size = len(DATASETS.build({**dataset, "pipeline": []}))
    kept = permutation(size, seed)[: max(1, round(share * size))]
    return {**dataset, "indices": sorted(kept.tolist())}
