"""Which files below a folder are images."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

IMAGE_SUFFIXES = (
    ".jpg",
    ".jpeg",
    ".png",
    ".webp",
    ".bmp",
    ".gif",
    ".tif",
    ".tiff",
    ".avif",
    ".jp2",
    ".ppm",
    ".pgm",
)


def image_names(
    root: str | Path, *, suffixes: Sequence[str] = IMAGE_SUFFIXES
) -> Iterator[bytes]:
    """Paths of the image files below a folder, relative to it, in byte order.

    Symbolic links to files and folders are followed; a link to a folder that contains
    it is not. A dangling link is listed.

    Args:
        root: The folder.
        suffixes: Endings of image files, in any case.

    Raises:
        FileNotFoundError: If ``root`` is not a folder.
        ValueError: If no image file is below it.
    """
    if not Path(root).is_dir():
        raise FileNotFoundError(
            f"no folder {str(root)!r}; set the store's root to the folder that "
            "holds the images"
        )
    endings = tuple(suffix.lower().encode() for suffix in suffixes)
    found = False
    for name in _walk(os.fsencode(Path(root).absolute()), b"", endings, frozenset()):
        found = True
        yield name
    if not found:
        raise ValueError(
            f"no file below {str(root)!r} ends in one of {', '.join(suffixes)}"
        )


def _walk(
    folder: bytes, prefix: bytes, endings: tuple[bytes, ...], above: frozenset
) -> Iterator[bytes]:
    """Relative paths of the image files below a folder, in byte order.

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
            yield from _walk(folder + b"/" + name[:-1], prefix + name, endings, below)
        elif name.lower().endswith(endings):
            yield prefix + name
