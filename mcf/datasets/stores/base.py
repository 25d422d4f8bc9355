"""What every face store promises."""

from collections.abc import Mapping
from typing import Protocol

from mcf.utils.image_files import IMAGE_SUFFIXES

__all__ = ["IMAGE_SUFFIXES", "ImageStore"]


class ImageStore(Protocol):
    """Read-only sequence of encoded images, sorted by name.

    The names and their order are known at construction; files and databases are
    opened at the first read in each process. A store can therefore be pickled or
    forked at any time, and the same images give the same sequence of names and
    bytes from a folder, an LMDB or tar shards.

    Attributes:
        metainfo: Facts about all images: ``crop``, the recipe by which a prepared
            store's faces were cut out, if it is known.
        passed_over: Number of files that are no images by their names, by ending or
            as ``hidden``.
    """

    metainfo: dict
    passed_over: Mapping[str, int]

    def __len__(self) -> int:
        """Number of images."""
        ...

    def name(self, index: int) -> str:
        """Name of an image: its path inside the store, with forward slashes."""
        ...

    def read(self, index: int) -> bytes:
        """Encoded image as it was stored.

        Raises:
            OSError: If the bytes cannot be read.
        """
        ...
