"""Which files below a folder are images."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

IMAGE_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".pjpeg", ".pjp", ".mpo"),
    *(".png", ".apng", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff"),
    *(".avif", ".heic", ".heif", ".hif"),
    *(".jp2", ".j2k", ".jpx", ".jpf"),
    *(".ppm", ".pgm", ".pbm", ".pnm"),
)
"""Endings of the formats that :mod:`mcf.utils.decoding` reads, in lower case."""
HIDDEN = "hidden"
"""What hidden files are counted as."""
COMPANIONS = (".json", ".txt")
"""Endings of what img2dataset writes beside its images."""


def is_hidden(name: bytes) -> bool:
    """Whether a path holds a hidden file or folder, such as a Mac's ``._photo.jpg``.

    Macs also pack such copies into a folder ``__MACOSX``.
    """
    return any(
        part == b"__MACOSX" or (part.startswith(b".") and part not in (b".", b".."))
        for part in name.split(b"/")
    )


class NameFilter:
    """Chooses the names of images and counts the others.

    Args:
        suffixes: Endings of images, in any case; None takes every name that is not
            hidden.

    Attributes:
        passed_over: Number of other files by ending, ``hidden``, or ``no ending``.
    """

    def __init__(self, suffixes: tuple[str, ...] | None = IMAGE_SUFFIXES) -> None:
        self._endings = suffixes and tuple(s.lower().encode() for s in suffixes)
        self.passed_over: Counter[str] = Counter()

    def __call__(self, name: bytes) -> bool:
        """Whether a path is that of an image; counts it if not."""
        if is_hidden(name):
            self.passed_over[HIDDEN] += 1
        elif self._endings is None or name.lower().endswith(self._endings):
            return True
        else:
            last = name.rpartition(b"/")[2]
            _, dot, ending = last.lower().rpartition(b".")
            kind = (dot + ending).decode("utf-8", "replace") if dot else "no ending"
            self.passed_over[kind] += 1
        return False


def describe_passed_over(counts: Mapping[str, int]) -> str:
    """Such as ``5 files passed over: 3 .cr2, 2 hidden``; empty without any."""
    if not counts:
        return ""
    kinds = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds[:8])
    more = f" and {len(kinds) - 8} other kinds" if len(kinds) > 8 else ""
    total = sum(counts.values())
    return f"{total:,} file{'s' * (total > 1)} passed over: {listed}{more}"


def image_names(
    root: str | Path,
    *,
    suffixes: Sequence[str] = IMAGE_SUFFIXES,
    passed_over: Counter[str] | None = None,
) -> Iterator[bytes]:
    """Paths of the image files below a folder, relative to it, in byte order.

    Symbolic links to files and folders are followed; a link to a folder that contains
    it is not. A dangling link is listed.

    Args:
        root: The folder.
        suffixes: Endings of image files, in any case.
        passed_over: Gets the number of other files by ending, or as ``hidden``.

    Raises:
        FileNotFoundError: If ``root`` is not a folder.
        ValueError: If no image file is below it.
    """
    if not Path(root).is_dir():
        raise FileNotFoundError(
            f"no folder {str(root)!r}; set the store's root to the folder that "
            "holds the images"
        )
    is_image, found = NameFilter(tuple(suffixes)), False
    for name in filter(is_image, _walk(os.fsencode(Path(root).absolute()))):
        found = True
        yield name
    if passed_over is not None:
        passed_over.update(is_image.passed_over)
    if not found:
        text = describe_passed_over(is_image.passed_over) or "the folder is empty"
        raise ValueError(
            f"no file below {str(root)!r} ends in one of {', '.join(suffixes)}; {text}"
        )


def _walk(
    folder: bytes, prefix: bytes = b"", above: frozenset = frozenset()
) -> Iterator[bytes]:
    """Relative paths of the files below a folder, in byte order.

    ``above`` holds the identities of the folders that contain this one, so that a
    link upwards ends the walk instead of repeating it.
    """
    status = os.stat(folder)  # noqa: PTH116
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        return
    with os.scandir(folder) as entries:
        # A folder sorts as the "name/" that its files' paths begin with.
        listed = sorted(
            (entry.name + b"/" if entry.is_dir() else entry.name) for entry in entries
        )
    for name in listed:
        if name.endswith(b"/"):
            below = above | {identity}
            yield from _walk(folder + b"/" + name[:-1], prefix + name, below)
        else:
            yield prefix + name
