"""Faces of a video: detected now and then, followed between, smoothed over time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from .batch import Pending, timed
from .faces import FoundFaces
from .photos import VIDEO_SUFFIXES, Photo, is_single
from .read_ahead import read_ahead
from .result import FaceResult
from .smoothing import USUAL, OneEuro, Smoothed, smooth
from .tracking import FaceTracker, side

Video = str | Path | Iterable[np.ndarray]
"""File of a video, or images uint8 [H,W,3] one after another, as of a camera."""
Find = Callable[[Photo], FoundFaces]
Analyse = Callable[[list[Pending]], list[FaceResult]]
AHEAD = 4
"""Frames of a file that are decoded while others are analysed."""
DETECT_EVERY = 5
CUT = 0.5
"""Share of the pixels that change their colour, coarsely, from which a frame shows
another scene; the first frame of a moving face stays below a tenth."""


@dataclass(frozen=True)
class TrackSettings:
    """How the faces of a video are followed.

    Args:
        detect_every: Frames from one detection to the next; 1 detects in each, None
            takes 5 where points are found, by which faces are followed, else 1. Where
            a followed face becomes doubtful, detection comes sooner.
        patience: Seconds for which a face that is not detected keeps its id.
        smoothing: Of points and boxes; None leaves them as they are found.

    Raises:
        ValueError: If a number is out of range.
    """

    detect_every: int | None = None
    patience: float = 1.0
    smoothing: OneEuro | None = USUAL

    def __post_init__(self) -> None:
        if self.detect_every is not None and self.detect_every < 1:
            raise ValueError(f"detect_every={self.detect_every} must be 1 or more")
        if not self.patience >= 0:
            raise ValueError(f"patience={self.patience} must be 0 seconds or more")


@dataclass(frozen=True, eq=False)
class VideoFrame:
    """What is found in a frame.

    Attributes:
        number: Of the frame, from 0.
        time: Seconds of the video.
        result: Its faces; points and boxes are smoothed.
        ids: Identities of the F faces, from 1.
        detected: Of each face, whether the detector saw it in this frame.
    """

    number: int
    time: float
    result: FaceResult
    ids: tuple[int, ...]
    detected: tuple[bool, ...]


def track_video(
    video: Video,
    *,
    find: Find,
    analyse: Analyse,
    settings: TrackSettings,
    every: int,
    rate: float,
    photos: Callable[[Video], Iterator[Photo]],
    on_bad: Callable[[str, Exception], None] | None,
) -> Iterator[VideoFrame]:
    """See :meth:`mcf.inference.FaceInferencer.track`.

    Args:
        video: Its file, or its images.
        find: Detects the faces of a frame.
        analyse: Runs the networks over frames whose faces are known.
        settings: Of following and smoothing.
        every: Frames from one detection to the next.
        rate: Frames a second where the frames do not tell their time.
        photos: Reads the frames.
        on_bad: Called with what cannot be used.
    """
    if isinstance(video, (str, Path)) and is_single(video):
        raise ValueError(
            f"{str(video)!r} is no video: its name ends in none of "
            f"{', '.join(VIDEO_SUFFIXES)}"
        )
    if not 0 < rate < float("inf"):
        raise ValueError(f"rate={rate} must be above 0 frames a second")
    frames = photos(video)
    if isinstance(video, (str, Path)):  # a camera's images stay in the user's thread
        frames = read_ahead(frames, AHEAD)
    tracker = VideoTracker(find, analyse, settings, every)
    return _frames(frames, tracker, rate, on_bad)


def _frames(
    photos: Iterator[Photo],
    tracker: "VideoTracker",
    rate: float,
    on_bad: Callable[[str, Exception], None] | None,
) -> Iterator[VideoFrame]:
    time = -1 / rate
    for number, photo in enumerate(photos):
        told = photo.time is not None and photo.time > time
        time = photo.time if told else time + 1 / rate
        try:
            if photo.error is not None:
                raise photo.error
            frame = tracker.frame(number, photo, time)
        except (ValueError, OSError) as error:
            if on_bad is None:
                raise
            on_bad(photo.name, error)
            continue
        yield frame


def interval(settings: TrackSettings, *, follows: bool) -> int:
    """Frames from one detection to the next.

    Args:
        settings: What was asked for.
        follows: Whether faces can be followed between detections.

    Raises:
        ValueError: If they shall be and cannot.
    """
    every = settings.detect_every
    if every is None:
        every = DETECT_EVERY if follows else 1
    if every > 1 and not follows:
        raise ValueError(
            f"detect_every={every}: faces are followed by their points, and no network "
            "finds points of detected faces: take 1, or give a network for landmarks"
        )
    return every


class VideoTracker:
    """Follows faces through the frames of one video.

    Args:
        find: Detects the faces of a frame.
        analyse: Runs the networks over frames whose faces are known.
        settings: Of following and smoothing.
        every: Frames from one detection to the next.
    """

    def __init__(
        self,
        find: Find,
        analyse: Analyse,
        settings: TrackSettings,
        every: int,
    ) -> None:
        self._find = find
        self._analyse = analyse
        self._settings = settings
        self._every = every
        self._faces = FaceTracker(settings.patience)
        self._since: int | None = None
        self._scene: np.ndarray | None = None
        self._time = 0.0
        self._smoothed: dict[int, tuple[Smoothed, Smoothed | None]] = {}

    def frame(self, number: int, photo: Photo, time: float) -> VideoFrame:
        """Analyse the next frame.

        Args:
            number: Of the frame.
            photo: Its pixels.
            time: Seconds of the video, growing.
        """
        timings = {"read": photo.seconds}
        with timed(timings, "track"):
            scene = coarse(photo.image)
            if self._scene is not None and change(self._scene, scene) > CUT:
                self._faces.cut()
                self._since = None
            self._scene = scene
        due = self._since is None or self._since + 1 >= self._every
        result = None if due else self._followed(photo, time, timings)
        if result is None:
            result, detected = self._detected(photo, time, timings)
            self._since = 0
        else:
            detected = [False] * len(result)
            self._since += 1
        with timed(timings, "track"):
            ids = tuple(track.id for track in self._faces.live)
            result = self._smooth(result, ids, time)
        self._time = time
        return VideoFrame(number, time, result, ids, tuple(detected))

    def _followed(
        self, photo: Photo, time: float, timings: dict[str, float]
    ) -> FaceResult | None:
        """Result by where the faces are expected; None if that is doubtful."""
        faces = self._faces.expected(time)
        found = FoundFaces(faces, "detected")
        (result,) = self._analyse([Pending(photo, found, timings)])
        if not faces:
            return result
        points, scores = result.landmarks.points, result.landmarks.scores
        if self._faces.doubtful(points, scores):
            return None
        self._faces.found(points, scores, time)
        return _placed(result, [track.face.box for track in self._faces.live])

    def _detected(
        self, photo: Photo, time: float, timings: dict[str, float]
    ) -> tuple[FaceResult, list[bool]]:
        with timed(timings, "detect"):
            found = self._find(photo)
        faces = self._faces.detected(found.faces, time)
        looked_at = FoundFaces(faces, found.origin)
        (result,) = self._analyse([Pending(photo, looked_at, timings)])
        if result.landmarks is None:
            kept = self._faces.lose_missed(time)
        else:
            kept = self._faces.found(
                result.landmarks.points, result.landmarks.scores, time
            )
        detected = [i < len(found.faces) for i in range(len(faces))]
        result = selected(result, kept)
        result = _placed(result, [track.face.box for track in self._faces.live])
        return result, [d for d, keep in zip(detected, kept) if keep]

    def _smooth(
        self, result: FaceResult, ids: tuple[int, ...], time: float
    ) -> FaceResult:
        """Result with its points and boxes smoothed over time."""
        settings = self._settings.smoothing
        if settings is None or not ids:
            self._smoothed = {}
            return result
        state = {}
        for i, one in enumerate(ids):
            box, points = self._smoothed.get(one, (None, None))
            step = dict(
                seconds=time - self._time,
                side=side(result.boxes[i]),
                settings=settings,
            )
            box = smooth(box, result.boxes[i].reshape(2, 2), **step)
            if result.landmarks is not None:
                points = smooth(points, result.landmarks.points[i], **step)
            state[one] = box, points
        self._smoothed = state
        boxes = [box.points.ravel() for box, _ in state.values()]
        result = _placed(result, boxes)
        if result.landmarks is not None:
            points = np.stack([points.points for _, points in state.values()])
            landmarks = replace(result.landmarks, points=points.astype(np.float32))
            result = replace(result, landmarks=landmarks)
        return result


def coarse(image: np.ndarray) -> np.ndarray:
    """Image shrunk to 32 x 18 pixels, int16 [18,32,3]."""
    return cv2.resize(image, (32, 18), interpolation=cv2.INTER_AREA).astype(np.int16)


def change(before: np.ndarray, after: np.ndarray) -> float:
    """Share of coarse pixels that differ by more than 32 levels in a channel."""
    return float((np.abs(after - before).max(axis=2) > 32).mean())


def selected(result: FaceResult, kept: list[bool]) -> FaceResult:
    """Result of some of its faces."""
    if all(kept):
        return result
    keep = np.array(kept, bool)
    fields: dict[str, object] = dict(
        boxes=result.boxes[keep], scores=result.scores[keep]
    )
    if result.landmarks is not None:
        fields["landmarks"] = replace(
            result.landmarks,
            points=result.landmarks.points[keep],
            scores=result.landmarks.scores[keep],
        )
    if result.parsing is not None:
        faces = tuple(f for f, k in zip(result.parsing.faces, kept) if k)
        fields["parsing"] = replace(result.parsing, faces=faces)
    if result.embeddings is not None:
        fields["embeddings"] = result.embeddings[keep]
    if result.attributes is not None:
        probabilities = result.attributes.probabilities[keep]
        fields["attributes"] = replace(result.attributes, probabilities=probabilities)
    return replace(result, **fields)


def _placed(result: FaceResult, boxes: list[np.ndarray]) -> FaceResult:
    """Result with other boxes."""
    return replace(result, boxes=np.asarray(boxes, np.float32).reshape(-1, 4))
