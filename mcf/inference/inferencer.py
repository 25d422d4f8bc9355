"""Landmarks, parts and embeddings of the faces in any images."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.detection import Detector

from .batch import Models, Pending, analyse, timed
from .faces import FaceFinder, FoundFaces, given_faces
from .models import EmbeddingModel, LandmarkModel, ParsingModel
from .photos import Channels, Photo, Source, is_single, read_photos
from .result import FaceResult

if TYPE_CHECKING:
    import torch
    from mmengine.config import Config

ModelSpec = tuple["str | Path | Config", str | Path | None]
"""Config, its file or name, and checkpoint; None leaves random weights."""
OnBad = Callable[[str, Exception], None]
_END = object()


class FaceInferencer:
    """Everything the toolkit can say about the faces in images.

    One object may be used by many threads at once; its networks, of any mix of tasks,
    live beside those of other OpenMMLab inferencers.

    Args:
        landmarks: Config and checkpoint of an alignment run or of mmpose's own face
            configs (see :mod:`mcf.inference.mmpose_crop`), or an object like
            :class:`~mcf.inference.models.LandmarkModel`.
        parsing: Of a parsing run, or like
            :class:`~mcf.inference.models.ParsingModel`.
        embedding: The ``backbone_*.pth`` that a pre-training run exports, config and
            checkpoint of such a run, or like
            :class:`~mcf.inference.models.EmbeddingModel`.
        detector: ``retinaface``, settings of :mod:`mcf.detection`, or None
            for images of which each is one face.
        device: Where networks compute; the detector stays on the CPU.
        batch_size: Faces in one forward pass, and most images read ahead.

    Attributes:
        batch_size: As given.

    Raises:
        FileNotFoundError: If a config or checkpoint is missing.
        ImportError: If a package is missing that a task or the detector needs.
        ValueError: If no model is given, or one does not fit its task.
    """

    def __init__(
        self,
        *,
        landmarks: ModelSpec | LandmarkModel | None = None,
        parsing: ModelSpec | ParsingModel | None = None,
        embedding: str | Path | ModelSpec | EmbeddingModel | None = None,
        detector: str | Detector | None = "retinaface",
        device: "str | torch.device" = "cpu",
        batch_size: int = 16,
    ) -> None:
        if landmarks is None and parsing is None and embedding is None:
            raise ValueError("give a model for landmarks, parsing or embedding")
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size} must be 1 or more")
        specs = (landmarks, parsing, embedding)
        if any(isinstance(spec, (str, Path, tuple)) for spec in specs):
            from .networks import load_networks  # PyTorch, which others do not need

            landmarks, parsing, embedding = load_networks(*specs, device=device)
        for model in (landmarks, parsing, embedding):
            if model is not None and not hasattr(model, "predict"):
                raise ValueError(
                    f"{model!r} is no model: give a tuple of config and checkpoint, or "
                    "an object of mcf.inference.models"
                )
        self._models = Models(landmarks, parsing, embedding)
        self._finder = FaceFinder(detector)
        self._device = str(device)
        self.batch_size = batch_size

    def __call__(
        self,
        source: Source,
        *,
        boxes: object = None,
        points: object = None,
        channels: Channels = "bgr",
    ) -> FaceResult | list[FaceResult]:
        """Analyse one image or all of several; for very many see :meth:`stream`.

        Args:
            source: Path, bytes of an image file, uint8 array [H,W,3] or [H,W], PIL
                image; or a folder, a video, or an iterable of any of these.
            boxes: Faces instead of detecting them, [F,4] as x1, y1, x2, y2; for an
                iterable one such array an image. They are taken like the boxes of the
                data set that the network was trained on.
            points: With the boxes, five points a face [F,5,2]: eyes, nose tip, mouth
                corners, image-left first.
            channels: Order of colour arrays, ``bgr`` or ``rgb``.

        Returns:
            One result for one image, else a list in the order of the images.

        Raises:
            FileNotFoundError: If a file is missing.
            ValueError: If an image or a box cannot be used, naming it.
        """
        single = is_single(source)
        if single:
            boxes, points = ([x] if x is not None else None for x in (boxes, points))
        results = list(
            self.stream(source, boxes=boxes, points=points, channels=channels)
        )
        return results[0] if single else results

    def stream(
        self,
        source: Source,
        *,
        boxes: Iterable | None = None,
        points: Iterable | None = None,
        channels: Channels = "bgr",
        on_bad: OnBad | None = None,
    ) -> Iterator[FaceResult]:
        """Results one by one, reading ahead no further than a batch.

        Args:
            source: As in a call.
            boxes: As in a call, for each image [F,4].
            points: As in a call, for each image [F,5,2].
            channels: As in a call.
            on_bad: Called with name and error of an image that cannot be used, which
                is then skipped; by default the error is raised.

        Raises:
            FileNotFoundError: As in a call.
            ValueError: As in a call, or if boxes or points are not as many as the
                images.
        """
        if boxes is None and points is not None:
            raise ValueError("points need the boxes of their faces")
        waiting: list[Pending] = []
        faces = 0
        pending = self._pending(source, boxes, points, channels, on_bad)
        while True:
            try:
                one = next(pending, None)
            except (ValueError, OSError):
                yield from self._analyse(waiting)  # what was read before it is kept
                raise
            if one is None:
                break
            waiting.append(one)
            faces += len(one.found.faces)
            if max(faces, len(waiting)) >= self.batch_size:
                yield from self._analyse(waiting)
                waiting, faces = [], 0
        yield from self._analyse(waiting)

    def _pending(
        self,
        source: Source,
        boxes: Iterable | None,
        points: Iterable | None,
        channels: Channels,
        on_bad: OnBad | None,
    ) -> Iterator[Pending]:
        """Photos that can be read, with their faces."""
        given = None if boxes is None else iter(boxes)
        fives = None if points is None else iter(points)
        for photo in read_photos(source, channels=channels):
            timings = {"read": photo.seconds}
            box = _next(given, photo, "boxes")
            five = _next(fives, photo, "points")
            try:
                if photo.error is not None:
                    raise photo.error
                with timed(timings, "detect"):
                    found = self._faces(photo, box, five)
                self._models.check(photo, found)
            except (ValueError, OSError) as error:
                if on_bad is None:
                    raise
                on_bad(photo.name, error)
                continue
            yield Pending(photo, found, timings)
        for values, what in ((given, "boxes"), (fives, "points")):
            if values is not None and next(values, _END) is not _END:
                raise ValueError(f"{what} were given for more images than there are")

    def _faces(self, photo: Photo, boxes: object, points: object) -> FoundFaces:
        if boxes is None:
            return self._finder.find(photo)
        return given_faces(photo, boxes, points)

    def _analyse(self, pending: list[Pending]) -> list[FaceResult]:
        return analyse(
            pending, self._models, batch_size=self.batch_size, device=self._device
        )


def _next(values: Iterator | None, photo: Photo, what: str) -> object:
    """What was given for a photo; None if nothing was given at all."""
    if values is None:
        return None
    try:
        return next(values)
    except StopIteration:
        raise ValueError(f"{photo.name}: {what} were given for fewer images") from None
