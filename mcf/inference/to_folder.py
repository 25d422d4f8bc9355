"""Results of many images as files, whatever some of the images are like."""

import errno
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mcf.utils.atomic_file import FULL
from mcf.utils.command import describe

from .inferencer import FaceInferencer
from .listing import Listing, list_inputs
from .photos import is_folder, is_single
from .result import FaceResult
from .result_files import file_identity, refusal, result_name, split_frame
from .speed import SpeedMeter
from .video_files import VideoOutput, refusal_of_video, save_video

Progress = Callable[[FaceResult | None], None]
NOTHING_MORE = (*FULL, errno.EROFS)
"""Errors after which no other result can be written either."""


@dataclass
class FolderSummary:
    """What became of the images.

    Attributes:
        images: How many were analysed.
        faces: How many faces they have.
        without: Images without a face.
        skipped: Name and reason of images that could not be used, or whose files
            could not be written.
        own: Pictures of earlier results among the inputs, which are left out.
        speed: Where the time went.
    """

    speed: SpeedMeter
    images: int = 0
    faces: int = 0
    without: int = 0
    own: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)


def infer_to_folder(
    inferencer: FaceInferencer,
    inputs: Sequence[str | Path] | Listing,
    folder: str | Path,
    *,
    pictures: bool = True,
    on_image: Progress | None = None,
    tracks: VideoOutput | None = None,
) -> FolderSummary:
    """Analyse images and write a JSON file and a picture of each.

    Videos are analysed frame by frame; or, after the images, their faces are followed
    (:func:`~mcf.inference.video_files.save_video`). Files are named after their
    images: below an input folder by their path in it, frames as ``clip_000012``, and
    ``NAME-2`` where a name is taken already.

    Args:
        inferencer: Analyses.
        inputs: Paths of images, folders and videos, or what
            :func:`~mcf.inference.listing.list_inputs` made of them.
        folder: Where the files go.
        pictures: Whether to draw the results.
        on_image: Called after each image, with None for one that was skipped.
        tracks: What to write of videos whose faces shall be followed.

    Raises:
        OSError: If the disk takes no more files.
        ValueError: Before anything is analysed, if a file would replace an image,
            another one that is of no result, or the result of another image.
    """
    listing = inputs if isinstance(inputs, Listing) else list_inputs(inputs)
    refuse_overwriting(listing, folder, pictures=pictures, tracks=tracks)
    names = FileNames(listing.inputs)
    photos, videos = split_videos(listing.sources, tracks)
    if videos:
        inferencer.interval(tracks.settings)  # it refuses what cannot be done
    summary = FolderSummary(SpeedMeter(inferencer.batch_size), own=listing.own)

    def skip(name: str, error: Exception) -> None:
        summary.skipped.append((name, describe(error)))
        if on_image is not None:
            on_image(None)

    def skip_image(name: str, error: Exception) -> None:
        names.name(name)  # so that the others' names do not depend on it
        skip(name, error)

    def count(result: FaceResult, writing: float) -> None:
        summary.speed.add(result, writing)
        summary.images += 1
        summary.faces += len(result)
        summary.without += len(result) == 0
        if on_image is not None:
            on_image(result)

    for result in inferencer.stream(photos, on_bad=skip_image):
        start = time.perf_counter()
        try:
            result.save(folder, name=names.name(result.source), picture=pictures)
        except (ValueError, OSError) as error:  # such as NaN, or too long a name
            if isinstance(error, OSError) and error.errno in NOTHING_MORE:
                raise
            skip(result.source, error)
            continue
        count(result, time.perf_counter() - start)
    for video in videos:
        target = Path(folder) / names.name(video)
        try:
            save_video(inferencer, video, target, tracks, on_frame=count, on_bad=skip)
        except (ValueError, OSError) as error:
            if isinstance(error, OSError) and error.errno in NOTHING_MORE:
                raise
            skip(video, error)
    return summary


def split_videos(
    sources: Sequence[str], tracks: VideoOutput | None
) -> tuple[list[str], list[str]]:
    """Sources that are analysed image by image, and videos that are followed."""
    photos: list[str] = []
    videos: list[str] = []
    for source in sources:
        one_by_one = tracks is None or is_single(source) or is_folder(source)
        (photos if one_by_one else videos).append(source)
    return photos, videos


def refuse_overwriting(
    inputs: Sequence[str | Path] | Listing,
    folder: str | Path,
    *,
    pictures: bool = True,
    tracks: VideoOutput | None = None,
) -> None:
    """Refuse a folder in which results would replace images or foreign files.

    Args:
        inputs: As for :func:`infer_to_folder`.
        folder: Where the results go.
        pictures: Whether pictures are written too.
        tracks: What is written of videos whose faces are followed.

    Raises:
        ValueError: Naming the file.
    """
    listing = inputs if isinstance(inputs, Listing) else list_inputs(inputs)
    suffixes = (".json", ".jpg") if pictures else (".json",)
    names, there, reason = FileNames(listing.inputs), {}, None
    photos, videos = split_videos(listing.sources, tracks)
    for source in photos:
        targets = list(_targets(names, source, Path(folder), suffixes))
        there |= {file_identity(target): target for target in targets}
        if is_single(source):
            reason = reason or refusal(source, targets)
    for source in videos:
        targets = tracks.paths(Path(folder) / names.name(source))
        there |= {file_identity(target): target for target in targets}
        reason = reason or refusal_of_video(source, targets)
    there.pop(None, None)
    for source in listing.sources if there else ():
        if (target := there.get(file_identity(source))) is not None:
            reason = f"the result {str(target)!r} would replace the image {source!r}"
            break
    if reason is not None:
        raise ValueError(f"{reason}; name another folder for the results")


def _targets(
    names: "FileNames", source: str, folder: Path, suffixes: tuple[str, ...]
) -> Iterator[Path]:
    """Files of a source's results; of a video's frames those that are there already."""
    target = folder / names.name(source)
    if is_single(source):
        yield from (target.with_name(target.name + suffix) for suffix in suffixes)
    elif is_folder(target.parent):
        frame = re.compile(rf"{re.escape(target.name)}_\d{{6,}}(-\d+)?")
        for path in target.parent.iterdir():
            if path.suffix in suffixes and frame.fullmatch(path.stem):
                yield path


class FileNames:
    """Names of result files, each given once.

    Args:
        inputs: Paths that were asked for; names start below the folders among them.
    """

    def __init__(self, inputs: Sequence[str | Path]) -> None:
        self._roots = [_absolute(path) for path in inputs if is_folder(path)]
        self._taken: set[str] = set()

    def name(self, source: str) -> str:
        """Name without suffix, possibly with folders, for a result's source."""
        name = result_name(source)
        path = _absolute(split_frame(source)[0])
        for root in self._roots:
            if path.is_relative_to(root):
                name = str(path.relative_to(root).parent / name)
                break
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}-{count}"
        self._taken.add(free)
        return free


def _absolute(path: str | Path) -> Path:
    """Without ``..``, which would lead names out of the folder of the results."""
    return Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are
