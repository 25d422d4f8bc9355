"""How far an exported network is from the one it came from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
import torch

from mcf.crops.face import Face
from mcf.crops.rule import CropRule
from mcf.datasets.stores.drawn_store import SyntheticFaceStore
from mcf.evaluation.functional import class_f1, confusion_matrix
from mcf.inference.model_card import ModelCard
from mcf.utils.timing import alternate

from .subject import Subject

SEED = 7
"""Of the drawn faces; none of the training sets has it."""


Answers = dict[str, np.ndarray]
"""By the measure they are compared by; a joint network has two."""


class Exported(Protocol):
    """A network in a file, of whatever runtime.

    Attributes:
        card: What it says about itself.
    """

    card: ModelCard

    def run(self, crops: np.ndarray, names: Sequence[str]) -> list[np.ndarray]:
        """Some outputs for uint8 BGR crops [B,h,w,3]."""


@dataclass(frozen=True)
class Parity:
    """Comparison of an exported network with PyTorch on drawn faces.

    Attributes:
        task: Of the network.
        faces: How many were compared, in batches of different sizes.
        deviation: Of the answers, in ``unit``.
        limit: Above which the export fails.
        unit: What is measured.
        milliseconds: Time for one face by backend; empty if not measured.
        threads: That both backends used.
    """

    task: str
    faces: int
    deviation: float
    limit: float
    unit: str
    milliseconds: dict[str, float]
    threads: int

    @property
    def passed(self) -> bool:
        """Whether the deviation is within the limit."""
        return self.deviation <= self.limit  # not so for NaN

    def to_dict(self) -> dict:
        """Plain values."""
        return {**asdict(self), "passed": self.passed}

    def __str__(self) -> str:
        lines = [
            f"{self.task}: {self.deviation:.2g} {self.unit} on {self.faces} drawn "
            f"faces (limit {self.limit:g})"
        ]
        if self.milliseconds:
            times = [f"{name} {ms:.1f} ms" for name, ms in self.milliseconds.items()]
            lines.append(f"one face, {self.threads} threads: {', '.join(times)}")
        return "\n".join(lines)


class ParityError(ValueError):
    """An exported network is too far from the one it came from.

    Args:
        parity: What was measured.
    """

    def __init__(self, parity: Parity) -> None:
        super().__init__(f"the exported network differs from its source; {parity}")
        self.parity = parity


def pixel_deviation(points: np.ndarray, truth: np.ndarray) -> float:
    """Largest distance between corresponding points [N,K,2]."""
    return float(np.linalg.norm(points - truth, axis=-1).max())


def f1_deviation(labels: np.ndarray, truth: np.ndarray) -> float:
    """What the mean F1 over all classes that occur lacks to 100, labels [N,h,w]."""
    classes = int(max(labels.max(), truth.max())) + 1
    return float(
        100 - 100 * np.nanmean(class_f1(confusion_matrix(truth, labels, classes)))
    )


def vector_deviation(vectors: np.ndarray, truth: np.ndarray) -> float:
    """Largest difference of vectors [N,C] as a share of their length."""
    norms = np.linalg.norm(truth, axis=-1)
    return float((np.linalg.norm(vectors - truth, axis=-1) / norms).max())


def probability_deviation(found: np.ndarray, truth: np.ndarray) -> float:
    """Largest difference of probabilities [N,A]."""
    return float(np.abs(found - truth).max())


@dataclass(frozen=True)
class Measure:
    """How answers of a task are compared: a function, its unit and the limit."""

    deviation: Callable[[np.ndarray, np.ndarray], float]
    unit: str
    limit: float


MEASURES = dict(
    landmarks=Measure(pixel_deviation, "px at most", 0.1),
    parsing=Measure(f1_deviation, "points of mean F1", 0.1),
    attributes=Measure(probability_deviation, "of a probability at most", 1e-3),
    embedding=Measure(vector_deviation, "of a vector's length at most", 1e-3),
)


def compare(
    subject: Subject,
    network: Exported,
    *,
    faces: int = 8,
    runs: int = 3,
    label: str = "ONNX",
) -> Parity:
    """Ask both the same, and time them in turn.

    Args:
        subject: What was exported.
        network: The file it became.
        faces: How many drawn faces; the first is asked about alone, the others in one
            batch, so that a batch size that got fixed would show.
        runs: Timed answers of each about one face; 0 for none.
        label: Of the exported network among the times.
    """
    crops = drawn_crops(network.card.crop, faces)
    batches = [batch for batch in (crops[:1], crops[1:]) if len(batch)]
    theirs = _joined([_exported(subject, network, crop) for crop in batches])
    ours = _joined([_eager(subject, crop) for crop in batches])
    milliseconds = {}
    if runs:
        functions = {
            "PyTorch": lambda: _eager(subject, crops[:1]),
            label: lambda: _exported(subject, network, crops[:1]),
        }
        timings = alternate(functions, repeats=runs)
        milliseconds = {k: 1000 * timing.median for k, timing in timings.items()}
    return worst(
        theirs,
        ours,
        MEASURES,
        task=subject.card.task,
        milliseconds=milliseconds,
        threads=torch.get_num_threads(),
    )


def worst(
    found: Answers,
    truth: Answers,
    measures: Mapping[str, Measure],
    *,
    task: str,
    milliseconds: dict[str, float],
    threads: int,
) -> Parity:
    """The answer that is nearest to its limit, or furthest above it.

    Args:
        found: Of the exported network.
        truth: Of its source, under the same names.
        measures: By the names of the answers.
        task: Of the network.
        milliseconds: Time for one face by backend.
        threads: That were used.
    """
    deviations = {n: measures[n].deviation(found[n], truth[n]) for n in found}

    def share(name: str) -> float:  # a NaN is the worst of all
        return np.nan_to_num(deviations[name] / measures[name].limit, nan=np.inf)

    name = max(deviations, key=share)
    return Parity(
        task=task,
        faces=len(truth[name]),
        deviation=deviations[name],
        limit=measures[name].limit,
        unit=measures[name].unit,
        milliseconds=milliseconds,
        threads=threads,
    )


def drawn_crops(rule: CropRule, count: int, *, seed: int = SEED) -> np.ndarray:
    """Faces of the embedded generator as a network sees them, uint8 BGR [N,h,w,3]."""
    store = SyntheticFaceStore(count, max(rule.size), seed=seed)
    return np.stack([_drawn_crop(store, index, rule) for index in range(count)])


def _drawn_crop(store: SyntheticFaceStore, index: int, rule: CropRule) -> np.ndarray:
    drawn = store.face(index)
    points = drawn.landmarks68.astype(float)
    eyes = points[36:42].mean(axis=0), points[42:48].mean(axis=0)
    face = Face(
        box=np.concatenate([points.min(axis=0), points.max(axis=0)]),
        score=1.0,
        points=np.stack([*eyes, points[30], points[48], points[54]]),
    )
    photo = np.ascontiguousarray(drawn.image[..., ::-1])
    return rule.cut(photo, face, "given").pixels


@torch.inference_mode()
def _exported(subject: Subject, network: Exported, crops: np.ndarray) -> Answers:
    names = list(network.card.outputs)
    outputs = map(torch.from_numpy, network.run(crops, names))
    answer = subject.graph.answer(dict(zip(names, outputs, strict=True)))
    if subject.card.task == "joint":
        points, labels = answer
        return dict(landmarks=points.numpy(), parsing=labels.numpy())
    return {subject.card.task: answer.numpy()}


@torch.inference_mode()
def _eager(subject: Subject, crops: np.ndarray) -> Answers:
    answer = subject.eager.predict(crops)
    match subject.card.task:
        case "landmarks":
            return dict(landmarks=answer[0])
        case "parsing":
            return dict(parsing=answer.argmax(dim=1).numpy())
        case "joint":
            points, _, logits = answer
            return dict(landmarks=points, parsing=logits.argmax(dim=1).numpy())
        case task:  # one vector a face
            return {task: answer}


def _joined(batches: list[Answers]) -> Answers:
    return {name: np.concatenate([one[name] for one in batches]) for name in batches[0]}
