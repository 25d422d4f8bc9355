"""Faces of a camera, whose frames come one by one."""

from collections.abc import Callable, Iterator

from .photos import Photo, Source
from .video import VideoFrame, VideoTracker


class LiveVideo:
    """Follows faces through frames that are given when they are there.

    For one camera, and one thread at a time.

    Args:
        tracker: Follows faces.
        read: Photos of one source.
    """

    def __init__(
        self, tracker: VideoTracker, read: Callable[[Source], Iterator[Photo]]
    ) -> None:
        self._tracker = tracker
        self._read = read
        self._number = 0
        self._start: float | None = None

    def frame(self, image: Source, time: float) -> VideoFrame:
        """Analyse the next frame.

        Args:
            image: One image, as for :class:`~mcf.inference.FaceInferencer`.
            time: Seconds of any clock; the first frame is at 0.

        Raises:
            ValueError: If the image cannot be used.
        """
        (photo,) = self._read(image)
        if photo.error is not None:
            raise photo.error
        if self._start is None:
            self._start = time
        found = self._tracker.frame(self._number, photo, time - self._start)
        self._number += 1
        return found
