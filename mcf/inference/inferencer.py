"""Landmarks, parts, attributes and embeddings of the faces in any images."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.crops.orientation import Frame, check_frame
from mcf.detection import Detector

from .batch import Models, Pending, analyse, timed
from .faces import FaceFinder, FoundFaces, given_faces
from .inside import open_model_inside
from .live import LiveVideo
from .models import (
    AttributeModel,
    EmbeddingModel,
    JointModel,
    LandmarkModel,
    ParsingModel,
)
from .photos import MAX_PIXELS, Channels, Photo, Source, is_single, read_photos
from .result import FaceResult
from .video import (
    TrackSettings,
    Video,
    VideoFrame,
    VideoTracker,
    interval,
    track_video,
)

if TYPE_CHECKING:
    import torch
    from mmengine.config import Config

ModelSpec = tuple["str | Path | Config", str | Path | None]
"""Config, its file or name, and checkpoint; None leaves random weights."""
OnBad = Callable[[str, Exception], None]
_END = object()
AHEAD = 64_000_000
"""Pixels of the images read ahead, from which they are analysed."""


class FaceInferencer:
    """Everything the toolkit can say about the faces in images.

    Without any model the one inside the package answers: 68 points and 11 parts.

    One object may be used by many threads at once; its networks, of any mix of tasks,
    live beside those of other OpenMMLab inferencers.

    Args:
        landmarks: Name of a model of :mod:`mcf.hub` (``farl-wflw``), which is fetched
            if it is not here; config and checkpoint of an alignment run or of mmpose's
            own face configs (see :mod:`mcf.inference.mmpose_crop`); or an object like
            :class:`~mcf.inference.models.LandmarkModel`.
        parsing: Name of a model (``farl-lapa``); config and checkpoint of a parsing
            run or of mmsegmentation's own configs; or like
            :class:`~mcf.inference.models.ParsingModel`.
        embedding: Name of a backbone, the ``backbone_*.pth`` that a pre-training run
            exports, config and checkpoint of such a run, or like
            :class:`~mcf.inference.models.EmbeddingModel`.
        joint: Of a run that finds points and parts at once, or like
            :class:`~mcf.inference.models.JointModel`; instead of the first two.
        attributes: Name of a model (``farl-celeba``), or like
            :class:`~mcf.inference.models.AttributeModel`.
        detector: ``retinaface``, settings of :mod:`mcf.detection`, or None
            for images of which each is one face.
        device: Where networks compute; the detector stays on the CPU.
        batch_size: Faces in one forward pass, and most images read ahead.
        max_pixels: Most pixels of an image, width times height; larger ones are
            refused before they are decoded.
        max_faces: Most faces of an image; those with more are refused before they are
            analysed. None for any number.

    Attributes:
        batch_size: Faces in one forward pass, and most images read ahead.

    Raises:
        FileNotFoundError: If a config or checkpoint is missing.
        ImportError: If a package is missing that a task or the detector needs.
        ValueError: If a model does not fit its task, or two have the same.
    """

    def __init__(
        self,
        *,
        landmarks: str | ModelSpec | LandmarkModel | None = None,
        parsing: str | ModelSpec | ParsingModel | None = None,
        embedding: str | Path | ModelSpec | EmbeddingModel | None = None,
        joint: ModelSpec | JointModel | None = None,
        attributes: str | AttributeModel | None = None,
        detector: str | Detector | None = "retinaface",
        device: "str | torch.device" = "cpu",
        batch_size: int = 16,
        max_pixels: int = MAX_PIXELS,
        max_faces: int | None = None,
    ) -> None:
        if joint is not None and (landmarks is not None or parsing is not None):
            raise ValueError(
                "joint finds points and parts: leave out landmarks and parsing"
            )
        if batch_size < 1:
            raise ValueError(f"batch_size={batch_size} must be 1 or more")
        specs = (landmarks, parsing, embedding, joint, attributes)
        if all(spec is None for spec in specs):
            joint = open_model_inside(device)
        elif any(isinstance(spec, (str, Path, tuple)) for spec in specs):
            from .networks import load_networks  # PyTorch, which others do not need

            landmarks, parsing, embedding, joint, attributes = load_networks(
                *specs, device=device
            )
        for model in (landmarks, parsing, embedding, joint, attributes):
            if model is not None and not hasattr(model, "predict"):
                raise ValueError(
                    f"{model!r} is no model: give the name of one, a tuple of config "
                    "and checkpoint, or an object of mcf.inference.models"
                )
        self._models = Models(landmarks, parsing, embedding, joint, attributes)
        self._finder = FaceFinder(detector)
        self._device = str(device)
        self.batch_size = batch_size
        self._max_pixels = max_pixels
        self._max_faces = max_faces

    def __call__(
        self,
        source: Source,
        *,
        boxes: object = None,
        points: object = None,
        channels: Channels = "bgr",
        frame: Frame = "upright",
    ) -> FaceResult | list[FaceResult]:
        """Analyse one image or all of several; for very many see :meth:`stream`.

        Args:
            source: Path, bytes of an image file, uint8 array [H,W,3] or [H,W], PIL
                image; or a folder, a video, or an iterable of any of these.
            boxes: Faces instead of detecting them, [F,4] as x1, y1, x2, y2; for an
                iterable one such array an image. They are taken like the boxes of the
                data set that the network was trained on. Pixel centres are whole
                numbers: a whole image of W columns is -0.5 to W - 0.5.
            points: With the boxes, five points a face [F,5,2]: eyes, nose tip, mouth
                corners, image-left first.
            channels: Order of colour arrays, ``bgr`` or ``rgb``.
            frame: What boxes and points count in: ``upright``, the image turned as its
                EXIF asks, as results do; or ``stored``, the pixels as the file has
                them.

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
            self.stream(
                source, boxes=boxes, points=points, channels=channels, frame=frame
            )
        )
        return results[0] if single else results

    def stream(
        self,
        source: Source,
        *,
        boxes: Iterable | None = None,
        points: Iterable | None = None,
        channels: Channels = "bgr",
        frame: Frame = "upright",
        on_bad: OnBad | None = None,
    ) -> Iterator[FaceResult]:
        """Results one by one, reading at most one batch ahead.

        Large images are read ahead one by one, so that memory stays bounded.

        Args:
            source: Path, bytes of an image file, uint8 array [H,W,3] or [H,W], PIL
                image; or a folder, a video, or an iterable of any of these.
            boxes: For each image its faces [F,4] as x1, y1, x2, y2, instead of
                detecting them.
            points: For each image, with its boxes, five points a face [F,5,2]: eyes,
                nose tip, mouth corners, image-left first.
            channels: Order of colour arrays, ``bgr`` or ``rgb``.
            frame: Whether boxes and points are those of the ``upright`` image or of the
                one as ``stored``.
            on_bad: Called with name and error of an image that cannot be used, which
                is then skipped; by default the error is raised.

        Raises:
            FileNotFoundError: If a file is missing.
            ValueError: If an image or a box cannot be used, naming it, or if
                boxes or points are not as many as the images.
        """
        if boxes is None and points is not None:
            raise ValueError("points need the boxes of their faces")
        check_frame(frame)
        waiting: list[Pending] = []
        faces = pixels = 0
        pending = self._pending(source, boxes, points, channels, frame, on_bad)
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
            pixels += one.photo.image[..., 0].size
            if max(faces, len(waiting)) >= self.batch_size or pixels >= AHEAD:
                yield from self._analyse(waiting)
                waiting, faces, pixels = [], 0, 0
        yield from self._analyse(waiting)

    def track(
        self,
        video: Video,
        *,
        settings: TrackSettings | None = None,
        rate: float = 25.0,
        channels: Channels = "bgr",
        on_bad: OnBad | None = None,
    ) -> Iterator[VideoFrame]:
        """Faces of a video by identity, frame by frame (docs/video.md).

        Faces are detected every few frames and followed by their points between;
        points and boxes are smoothed over time. One frame is read at a time.

        Args:
            video: Its file, or its images uint8 [H,W,3] one after another.
            settings: Of following and smoothing; None for the usual ones.
            rate: Frames a second of images that come one after another.
            channels: Order of their colours.
            on_bad: Called with name and error of a frame, or of a video's end, that
                cannot be used; by default the error is raised.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If a frame cannot be used or the file ends too early, if
                ``rate`` is not above 0, or if faces shall be followed without a
                network that finds points.
        """
        settings = settings or TrackSettings()
        return track_video(
            video,
            find=self._finder.find,
            analyse=self._checked,
            settings=settings,
            every=self.interval(settings),
            rate=rate,
            photos=partial(read_photos, channels=channels, max_pixels=self._max_pixels),
            on_bad=on_bad,
        )

    def live(
        self, settings: TrackSettings | None = None, *, channels: Channels = "bgr"
    ) -> LiveVideo:
        """Faces of a camera by identity, whose frames are given one by one.

        Args:
            settings: Of following and smoothing; None for the usual ones.
            channels: Order of colour arrays.

        Raises:
            ValueError: If faces shall be followed without a network that finds points.
        """
        settings = settings or TrackSettings()
        tracker = VideoTracker(
            self._finder.find, self._checked, settings, self.interval(settings)
        )
        read = partial(read_photos, channels=channels, max_pixels=self._max_pixels)
        return LiveVideo(tracker, read)

    def interval(self, settings: TrackSettings) -> int:
        """Frames of a video from one detection to the next.

        Raises:
            ValueError: If faces shall be followed between, and no network finds points
                of detected faces.
        """
        points = self._models.landmarks or self._models.joint
        follows = points is not None and self._finder.detects
        return interval(settings, follows=follows)

    def _checked(self, pending: list[Pending]) -> list[FaceResult]:
        for one in pending:
            self._check(one.photo, one.found)
        return self._analyse(pending)

    def _check(self, photo: Photo, found: FoundFaces) -> None:
        if self._max_faces is not None and len(found.faces) > self._max_faces:
            raise ValueError(
                f"{photo.name}: too many faces: {len(found.faces)}, over "
                f"max_faces={self._max_faces}"
            )
        self._models.check(photo, found)

    def _pending(
        self,
        source: Source,
        boxes: Iterable | None,
        points: Iterable | None,
        channels: Channels,
        frame: Frame,
        on_bad: OnBad | None,
    ) -> Iterator[Pending]:
        """Photos that can be read, with their faces."""
        given = None if boxes is None else iter(boxes)
        fives = None if points is None else iter(points)
        for photo in read_photos(
            source, channels=channels, max_pixels=self._max_pixels
        ):
            timings = {"read": photo.seconds}
            box = _next(given, photo, "boxes")
            five = _next(fives, photo, "points")
            try:
                if photo.error is not None:
                    raise photo.error
                with timed(timings, "detect"):
                    found = self._faces(photo, box, five, frame)
                self._check(photo, found)
            except (ValueError, OSError) as error:
                if on_bad is None:
                    raise
                on_bad(photo.name, error)
                continue
            yield Pending(photo, found, timings)
        for values, what in ((given, "boxes"), (fives, "points")):
            if values is not None and next(values, _END) is not _END:
                raise ValueError(f"{what} were given for more images than there are")

    def _faces(
        self, photo: Photo, boxes: object, points: object, frame: Frame
    ) -> FoundFaces:
        if boxes is None:
            return self._finder.find(photo)
        return given_faces(photo, boxes, points, frame=frame)

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
