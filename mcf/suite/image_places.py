"""Images of a data set by name, wherever they are kept."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from mcf.datasets.stores import TarStore
from mcf.utils.bounded_file import MAX_IMAGE_BYTES, read_bounded
from mcf.utils.decoding import NO_LIMITS, BadImageError, decode_image


class ImagePlaces:
    """Folders, tar shards and folders of tar shards, searched in order.

    Args:
        places: A folder of images, a ``.tar``, a glob of them or a folder that holds
            them.

    Raises:
        FileNotFoundError: If a place is not there.
        ValueError: If a tar is damaged or holds no image.
    """

    def __init__(self, places: Sequence[str | Path]) -> None:
        self._folders: list[Path] = []
        shards: list[str | Path] = []
        for place in map(Path, places):
            if place.is_dir():
                inside = sorted(place.glob("[!.]*.tar"))
                shards += inside
                self._folders += [] if inside else [place]
            elif place.suffix == ".tar":
                shards.append(place)
            else:
                raise FileNotFoundError(f"no folder and no tar shard {str(place)!r}")
        self._store = TarStore(shards) if shards else None
        numbers = reversed(range(len(self._store))) if shards else ()
        self._index = {self._store.name(i): i for i in numbers}

    def __contains__(self, name: str) -> bool:
        return name in self._index or self.path(name) is not None

    def path(self, name: str) -> Path | None:
        """File of an image in one of the folders; None if it is in none of them."""
        for folder in self._folders:
            if (folder / name).is_file():
                return folder / name
        return None

    def read(self, name: str) -> bytes:
        """Encoded image.

        Raises:
            FileNotFoundError: If it is nowhere.
            OSError: If it cannot be read.
        """
        if (path := self.path(name)) is not None:
            return read_bounded(path, MAX_IMAGE_BYTES)
        if name not in self._index:
            raise FileNotFoundError(f"no image {name!r}")
        return self._store.read(self._index[name])

    def fields(self, name: str) -> dict:
        """What a sample says about its image: ``img_path``, and ``img`` out of a tar.

        Raises:
            FileNotFoundError: If it is nowhere.
            ValueError: If an image of a tar cannot be used, with its name.
        """
        if (path := self.path(name)) is not None:
            return {"img_path": str(path)}
        return {"img_path": name, "img": decoded(self.read(name), name)}


def decoded(data: bytes, name: str) -> np.ndarray:
    """Pixels of an encoded image, uint8 BGR [H,W,3].

    Raises:
        ValueError: If it cannot be used, with its name and the reason.
    """
    try:
        return decode_image(data, **NO_LIMITS)
    except BadImageError as error:
        raise ValueError(
            f"{name} cannot be used, {error}; get it again, or leave it out"
        ) from error
