"""Images below a folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from mcf.datasets.stores.metainfo import read_metainfo
from mcf.datasets.stores.name_table import sort_names
from mcf.registry import DATASETS
from mcf.utils.bounded_file import MAX_IMAGE_BYTES, read_bounded
from mcf.utils.image_files import IMAGE_SUFFIXES, image_names


@DATASETS.register_module()
class FolderStore:
    """Image files below a folder, at any depth and without class folders.

    Symbolic links to files and folders are followed; a link to a folder that
    contains it is not. A dangling link is listed and fails when it is read.

    Args:
        root: The folder.
        suffixes: Endings of image files, in any case.

    Raises:
        FileNotFoundError: If ``root`` is not a folder.
        ValueError: If no image file is below it.
    """

    def __init__(
        self, root: str | Path, *, suffixes: Sequence[str] = IMAGE_SUFFIXES
    ) -> None:
        self.metainfo = read_metainfo([root])
        self._root = os.fsencode(Path(root).absolute())
        self._names, _ = sort_names(image_names(root, suffixes=suffixes))

    def __len__(self) -> int:
        return len(self._names)

    def name(self, index: int) -> str:
        """Path of an image relative to the root."""
        return self._names[index]

    def read(self, index: int) -> bytes:
        """Bytes of the image file.

        Raises:
            OSError: If it cannot be read, is a pipe or the like, or is larger than any
                image (:data:`MAX_IMAGE_BYTES`).
        """
        path = os.path.join(self._root, self._names.raw(index))  # noqa: PTH118
        return read_bounded(path, MAX_IMAGE_BYTES)
