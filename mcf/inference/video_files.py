"""Files of a video's faces: table, annotated video, and a record of both."""

import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path

from mcf.utils.atomic_file import whole_file

from .inferencer import FaceInferencer, OnBad
from .photos import video_rate
from .result import FaceResult
from .result_files import endings_of_earlier, file_identity, refusal
from .track_table import FORMATS, TableFormat, track_table
from .video import TrackSettings, VideoFrame
from .video_picture import draw_frame
from .video_writer import usable_rate, whole_video

FORMAT = "mcf.FaceVideo/1"
BEHIND = 4
"""Frames that may wait to be drawn and written, while the next ones are analysed."""


@dataclass(frozen=True)
class VideoOutput:
    """The files that are written for a video.

    Args:
        settings: How its faces are followed.
        table: Format of the table.
        video: Whether the annotated video is written, too.

    Raises:
        ValueError: If the format is unknown.
    """

    settings: TrackSettings = field(default_factory=TrackSettings)
    table: TableFormat = "csv"
    video: bool = True

    def __post_init__(self) -> None:
        if self.table not in FORMATS:
            raise ValueError(f"table={self.table!r} must be one of {FORMATS}")

    def paths(self, target: Path) -> list[Path]:
        """Record, table and video of a target without suffix."""
        suffixes = ["json", self.table, *(["mp4"] if self.video else [])]
        return [target.with_name(f"{target.name}.{suffix}") for suffix in suffixes]


@dataclass
class _Record:
    """What the record tells, besides what was asked for."""

    size: tuple[int, int] = (0, 0)
    frames: int = 0
    schema: str | None = None
    faces: dict[int, dict[str, float]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, frame: VideoFrame) -> None:
        self.size, self.frames = frame.result.size, self.frames + 1
        if frame.result.landmarks is not None:
            self.schema = frame.result.landmarks.schema
        for one in frame.ids:
            face = self.faces.setdefault(
                one, dict(id=one, first=frame.time, last=frame.time, frames=0)
            )
            face |= dict(last=frame.time, frames=face["frames"] + 1)
            self.faces[one] = face


def refusal_of_video(source: str, paths: Sequence[Path]) -> str | None:
    """Why a video's files may not be written, if they may not.

    They replace those that an earlier run over the same video has written, as the
    record tells, and nothing else.

    Args:
        source: The video.
        paths: As :meth:`VideoOutput.paths` gives them.
    """
    own = endings_of_earlier(paths[0], source)
    identity = file_identity(source)
    foreign = [
        path
        for path in paths[1:]
        if path.suffix[1:] not in own or file_identity(path) == identity
    ]
    return refusal(source, [paths[0], *foreign])


def save_video(
    inferencer: FaceInferencer,
    video: str | Path,
    target: str | Path,
    output: VideoOutput,
    *,
    on_frame: Callable[[FaceResult, float], None],
    on_bad: OnBad,
) -> None:
    """Follow the faces of a video and write its files: all of them, or none.

    Of a video that ends too early the frames that could be read are kept, and the
    record tells the rest.

    Args:
        inferencer: Analyses.
        video: File of the video.
        target: Its files without suffix.
        output: What is written.
        on_frame: Called with the result of each frame that is written, and the
            seconds that this took.
        on_bad: Called with name and error of what could not be read, or of a video of
            which nothing could be and no file is written.

    Raises:
        ImportError: If a package is missing for the table.
        OSError: If a file cannot be written.
        ValueError: If a file would replace one of something else.
    """
    paths = output.paths(Path(target))
    if (reason := refusal_of_video(str(video), paths)) is not None:
        raise ValueError(f"{reason}; give another folder")
    record = _Record()

    def note(name: str, error: Exception) -> None:
        record.problems.append(str(error))
        on_bad(name, error)

    frames = inferencer.track(video, settings=output.settings, on_bad=note)
    first = next(frames, None)
    if first is None:
        return
    rate = usable_rate(video_rate(video))
    with ExitStack() as files:
        if output.video:
            writer = files.enter_context(whole_video(paths[2], rate=rate))
        table = files.enter_context(track_table(paths[1], output.table))
        # Entered last, the record gets its name first: it says whose the others are.
        record_file = files.enter_context(whole_file(paths[0]))
        pool = files.enter_context(ThreadPoolExecutor(1))

        def put(frame: VideoFrame) -> tuple[FaceResult, float]:
            start = time.perf_counter()
            table.add(frame)
            if output.video:
                writer.write(draw_frame(frame))
            return frame.result, time.perf_counter() - start

        waiting: deque[Future] = deque()
        for frame in chain([first], frames):
            record.add(frame)
            waiting.append(pool.submit(put, frame))
            if len(waiting) > BEHIND:
                on_frame(*waiting.popleft().result())
        for written in waiting:
            on_frame(*written.result())
        text = _as_json(record, str(video), rate, output)
        record_file.write(text.encode())


def _as_json(record: _Record, source: str, rate: float, output: VideoOutput) -> str:
    content = {
        "format": FORMAT,
        "source": source,
        "files": [output.table, *(["mp4"] if output.video else [])],
        "size": list(record.size),
        "rate": rate,
        "frames": record.frames,
        "landmarks": record.schema,
        "settings": asdict(output.settings),
        "faces": list(record.faces.values()),
        "problems": record.problems,
    }
    return json.dumps(content, allow_nan=False) + "\n"
