"""Images below a folder."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from mcf.datasets.stores.base import IMAGE_SUFFIXES
from mcf.datasets.stores.image_names import NameFilter, describe_passed_over
from mcf.datasets.stores.metainfo import read_metainfo
from mcf.datasets.stores.name_table import sort_names
from mcf.registry import DATASETS


@DATASETS.register_module()
class FolderStore:
    """Image files below a folder, at any depth and without class folders.

    Hidden files and folders (``._photo.jpg``, ``__MACOSX``) and files of other endings
    are passed over and counted.

    Symbolic links to files and folders are followed; a link to a folder that
    contains it is not. A dangling link is listed and fails when it is read.

    Args:
        root: The folder.
        suffixes: Endings of image files, in any case.

    Attributes:
        metainfo: As in every store.
        passed_over: Number of other files by ending, or as ``hidden``.

    Raises:
        FileNotFoundError: If ``root`` is not a folder.
        ValueError: If no image file is below it.
    """

    def __init__(
        self, root: str | Path, *, suffixes: Sequence[str] = IMAGE_SUFFIXES
    ) -> None:
        if not Path(root).is_dir():
            raise FileNotFoundError(
                f"no folder {str(root)!r}; set the store's root to the folder that "
                "holds the images"
            )
        self.metainfo = read_metainfo([root])
        self._root = os.fsencode(Path(root).absolute())
        is_image = NameFilter(tuple(suffixes))
        paths = _walk(self._root, b"", frozenset())
        self._names, _ = sort_names(filter(is_image, paths))
        self.passed_over = is_image.passed_over
        if len(self._names) == 0:
            text = describe_passed_over(self.passed_over) or "the folder is empty"
            raise ValueError(
                f"no file below {str(root)!r} ends in one of {', '.join(suffixes)}; "
                f"{text}"
            )

    def __len__(self) -> int:
        return len(self._names)

    def name(self, index: int) -> str:
        """Path of an image relative to the root."""
        return self._names[index]

    def read(self, index: int) -> bytes:
        """Bytes of the image file."""
        path = os.path.join(self._root, self._names.raw(index))  # noqa: PTH118
        with open(path, "rb") as file:  # noqa: PTH123  a name need not be UTF-8
            return file.read()


def _walk(folder: bytes, prefix: bytes, above: frozenset) -> Iterator[bytes]:
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
