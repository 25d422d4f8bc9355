"""Networks run over the faces of several photos at once."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mcf.crops.label_region import labels_in_photo
from mcf.crops.rule import Crop, points_in_photo

from .faces import FoundFaces
from .models import EmbeddingModel, JointModel, LandmarkModel, ParsingModel
from .photos import Photo
from .result import FaceResult, Landmarks, Parsing

if TYPE_CHECKING:
    from torch import Tensor

Item = TypeVar("Item")
Place = Callable[[object, int, Crop, Photo], Item]
"""What a network's output says of face ``i`` of its batch, in the photo."""


@dataclass(frozen=True)
class Models:
    """Networks by task; None where a task is not asked for.

    Attributes:
        landmarks: Finds points.
        parsing: Finds parts.
        embedding: Describes faces.
        joint: Finds points and parts at once, instead of the first two.
    """

    landmarks: LandmarkModel | None
    parsing: ParsingModel | None
    embedding: EmbeddingModel | None
    joint: JointModel | None = None

    def check(self, photo: Photo, found: FoundFaces) -> None:
        """Refuse faces that a network's crop cannot be cut of.

        Raises:
            ValueError: Naming the photo.
        """
        size = photo.image.shape[1::-1]
        models = (self.landmarks, self.parsing, self.embedding, self.joint)
        for model in filter(None, models):
            for face in found.faces:
                try:
                    model.rule.matrix(face, found.origin, size)
                except ValueError as error:
                    raise ValueError(f"{photo.name}: {error}") from error


@dataclass(frozen=True)
class Pending:
    """A photo whose faces are known.

    Attributes:
        photo: The photo.
        found: Its faces.
        timings: Seconds by step so far; grows.
    """

    photo: Photo
    found: FoundFaces
    timings: dict[str, float] = field(default_factory=dict)


@contextmanager
def timed(timings: dict[str, float], step: str) -> Iterator[None]:
    """Add what the block takes to the seconds of a step."""
    start = time.perf_counter()
    try:
        yield
    finally:
        timings[step] = timings.get(step, 0.0) + time.perf_counter() - start


def analyse(
    pending: Sequence[Pending],
    models: Models,
    *,
    batch_size: int,
    device: str,
) -> list[FaceResult]:
    """Results of photos, the faces of all of them in common batches.

    Steps that are timed: ``crop``, the tasks (the networks' own time, from crops to raw
    outputs; ``joint`` for points and parts in one pass) and ``map`` (outputs to the
    photo).

    Args:
        pending: The photos.
        models: The networks.
        batch_size: Most faces in a forward pass.
        device: Whose queue in PyTorch to wait for before a time is taken.
    """
    run = partial(_run, pending=pending, batch_size=batch_size, device=device)
    landmarks = parsing = embeddings = [None] * len(pending)
    if models.joint is not None:
        both = run(models.joint, "joint", _points_and_labels)
        points = [[found[:2] for found in of_photo] for of_photo in both]
        landmarks = [_landmarks(models.joint, of_photo) for of_photo in points]
        class_set = models.joint.class_set
        parsing = [Parsing(class_set, tuple(f[2] for f in one)) for one in both]
    if models.landmarks is not None:
        points = run(models.landmarks, "landmarks", _points)
        landmarks = [_landmarks(models.landmarks, of_photo) for of_photo in points]
    if models.parsing is not None:
        regions = run(models.parsing, "parsing", _labels)
        class_set = models.parsing.class_set
        parsing = [Parsing(class_set, tuple(of_photo)) for of_photo in regions]
    if models.embedding is not None:
        vectors = run(models.embedding, "embedding", _vector)
        length = models.embedding.length
        embeddings = [_stacked(of_photo, (length,)) for of_photo in vectors]
    return [
        FaceResult(
            source=one.photo.name,
            size=one.photo.image.shape[1::-1],
            boxes=_stacked([face.box for face in one.found.faces], (4,)),
            scores=_stacked([face.score for face in one.found.faces], ()),
            landmarks=landmarks[i],
            parsing=parsing[i],
            embeddings=embeddings[i],
            timings=one.timings,
            image=one.photo.image,
        )
        for i, one in enumerate(pending)
    ]


def _run(
    model: LandmarkModel | ParsingModel | EmbeddingModel | JointModel,
    step: str,
    place: Place,
    *,
    pending: Sequence[Pending],
    batch_size: int,
    device: str,
) -> list[list[Item]]:
    """What a network finds, for each photo a list with an item a face."""
    faces = ((one, face) for one in pending for face in one.found.faces)
    items: list[Item] = []
    while batch := list(islice(faces, batch_size)):
        crops = []
        for one, face in batch:
            with timed(one.timings, "crop"):
                crops.append(model.rule.cut(one.photo.image, face, one.found.origin))
        spent: dict[str, float] = {}
        with timed(spent, step):
            output = model.predict(np.stack([crop.pixels for crop in crops]))
            if device.startswith("cuda") and "torch" in sys.modules:
                sys.modules["torch"].cuda.synchronize(device)
        for i, ((one, _), crop) in enumerate(zip(batch, crops)):
            share = spent[step] / len(batch)
            one.timings[step] = one.timings.get(step, 0.0) + share
            with timed(one.timings, "map"):
                items.append(place(output, i, crop, one.photo))
    each = iter(items)
    return [list(islice(each, len(one.found.faces))) for one in pending]


def _points(
    output: tuple[np.ndarray, np.ndarray], i: int, crop: Crop, photo: Photo
) -> tuple[np.ndarray, np.ndarray]:
    points, scores = output
    return points_in_photo(points[i], crop), scores[i]


def _labels(output: "Tensor | np.ndarray", i: int, crop: Crop, photo: Photo) -> object:
    return labels_in_photo(output[i], crop, photo.image.shape[1::-1])


def _points_and_labels(
    output: "tuple[np.ndarray, np.ndarray, Tensor | np.ndarray]",
    i: int,
    crop: Crop,
    photo: Photo,
) -> tuple[np.ndarray, np.ndarray, object]:
    *points, logits = output
    return *_points(tuple(points), i, crop, photo), _labels(logits, i, crop, photo)


def _vector(output: np.ndarray, i: int, crop: Crop, photo: Photo) -> np.ndarray:
    return output[i]


def _landmarks(model: LandmarkModel | JointModel, found: list[tuple]) -> Landmarks:
    return Landmarks(
        schema=model.schema,
        points=_stacked([points for points, _ in found], (model.count, 2)),
        scores=_stacked([scores for _, scores in found], (model.count,)),
    )


def _stacked(values: list, shape: tuple[int, ...]) -> np.ndarray:
    """float32 [F,*shape], also of no values."""
    return np.asarray(values, np.float32).reshape(len(values), *shape)
