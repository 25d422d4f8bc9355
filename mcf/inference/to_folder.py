"""Results of many images as files, whatever some of the images are like."""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mcf.utils.image_files import image_names

from .inferencer import FaceInferencer
from .photos import is_single
from .replacing import file_identity, foreign_file
from .result import FaceResult
from .speed import SpeedMeter

Progress = Callable[[FaceResult | None], None]


@dataclass
class FolderSummary:
    """What became of the images.

    Attributes:
        images: How many were analysed.
        faces: How many faces they have.
        without: Images without a face.
        skipped: Name and reason of images that could not be used.
        speed: Where the time went.
    """

    speed: SpeedMeter
    images: int = 0
    faces: int = 0
    without: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)


def infer_to_folder(
    inferencer: FaceInferencer,
    inputs: Sequence[str | Path],
    folder: str | Path,
    *,
    pictures: bool = True,
    on_image: Progress | None = None,
) -> FolderSummary:
    """Analyse images and write a JSON file and a picture of each.

    Files are named after their images: below an input folder by their path in it,
    frames as ``clip_000012``, and ``NAME-2`` where a name is taken already.

    Args:
        inferencer: Analyses.
        inputs: Paths of images, folders and videos.
        folder: Where the files go.
        pictures: Whether to draw the results.
        on_image: Called after each image, with None for one that was skipped.

    Raises:
        ValueError: Before anything is analysed, if a file would replace an image or
            another one that is of no result.
    """
    refuse_overwriting(inputs, folder, pictures=pictures)
    names = FileNames(inputs)
    summary = FolderSummary(SpeedMeter(inferencer.batch_size))

    def skip(name: str, error: Exception) -> None:
        summary.skipped.append((name, str(error)))
        if on_image is not None:
            on_image(None)

    for result in inferencer.stream(list(inputs), on_bad=skip):
        start = time.perf_counter()
        try:
            result.save(folder, name=names.name(result.source), picture=pictures)
        except ValueError as error:  # a network answered with NaN
            skip(result.source, error)
            continue
        summary.speed.add(result, time.perf_counter() - start)
        summary.images += 1
        summary.faces += len(result)
        summary.without += len(result) == 0
        if on_image is not None:
            on_image(result)
    return summary


def refuse_overwriting(
    inputs: Sequence[str | Path], folder: str | Path, *, pictures: bool = True
) -> None:
    """Refuse a folder in which results would replace images or files of others.

    Args:
        inputs: Paths of images, folders and videos.
        folder: Where the results go.
        pictures: Whether pictures are written too.

    Raises:
        ValueError: Naming the file.
    """
    suffixes = (".json", ".jpg") if pictures else (".json",)
    names, there, foreign = FileNames(inputs), {}, None
    for source in _sources(inputs):
        targets = list(_targets(names, source, Path(folder), suffixes))
        there |= {file_identity(target): target for target in targets}
        if is_single(source):
            foreign = foreign or foreign_file(targets)
    there.pop(None, None)
    for source in _sources(inputs) if there else ():
        if (target := there.get(file_identity(source))) is not None:
            raise ValueError(
                f"the result {str(target)!r} would replace the image {source!r}; name "
                "another folder for the results"
            )
    if foreign is not None:
        raise ValueError(
            f"{str(foreign)!r} is there and no result of MCF; name another folder for "
            "the results"
        )


def _sources(inputs: Sequence[str | Path]) -> Iterator[str]:
    """Images and videos of the inputs, in the order in which they are analysed."""
    for path in inputs:
        if is_single(path) or not Path(path).is_dir():
            yield str(path)
            continue
        try:
            names = [os.fsdecode(name) for name in image_names(path)]
        except (ValueError, OSError):  # an image that cannot be used
            continue
        for name in names:
            yield str(Path(path) / name)


def _targets(
    names: "FileNames", source: str, folder: Path, suffixes: tuple[str, ...]
) -> Iterator[Path]:
    """Files of a source's results; of a video's frames those that are there already."""
    target = folder / names.name(source)
    if is_single(source):
        yield from (target.with_name(target.name + suffix) for suffix in suffixes)
    elif target.parent.is_dir():
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
        self._roots = [_absolute(path) for path in inputs if Path(path).is_dir()]
        self._taken: set[str] = set()

    def name(self, source: str) -> str:
        """Name without suffix, possibly with folders, for a result's source."""
        path, frame = re.fullmatch(r"(.*?)(?:#(\d+))?", source, re.DOTALL).groups()
        below = Path(Path(path).name)
        for root in self._roots:
            if _absolute(path).is_relative_to(root):
                below = _absolute(path).relative_to(root)
                break
        name = str(below.with_suffix(""))
        if frame is not None:
            name += f"_{int(frame):06d}"
        free, count = name, 1
        while free in self._taken:
            count += 1
            free = f"{name}-{count}"
        self._taken.add(free)
        return free


def _absolute(path: str | Path) -> Path:
    """Without ``..``, which would lead names out of the folder of the results."""
    return Path(os.path.abspath(path))  # noqa: PTH100  links stay as they are
