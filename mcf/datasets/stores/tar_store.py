"""Images in tar shards."""

import glob
from array import array
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from mcf.datasets.stores.base import IMAGE_SUFFIXES
from mcf.datasets.stores.metainfo import read_metainfo
from mcf.datasets.stores.name_table import sort_names
from mcf.datasets.stores.per_process import PerProcess
from mcf.datasets.stores.shard_files import ShardFiles
from mcf.datasets.stores.shard_index import INDEX, ShardIndex, find_index
from mcf.datasets.stores.tar_index import scan_tar
from mcf.registry import DATASETS
from mcf.utils.image_files import NameFilter


@DATASETS.register_module()
class TarStore:
    """Image members of one or many uncompressed tar shards, read at random.

    The headers of all shards are read once, at construction, or an index of them beside
    the shards (:mod:`mcf.datasets.stores.shard_index`); after that an image is one
    ``pread`` at a known offset. Members that are not images (the .json and .txt
    of img2dataset) and hidden ones are passed over and counted. Images are sorted by
    member name, those of equal name by shard.

    Args:
        root: A shard, a glob, or a list of either.
        suffixes: Endings of image members, in any case.

    Attributes:
        metainfo: As in every store.
        passed_over: Number of other members by ending, or as ``hidden``.

    Raises:
        FileNotFoundError: If no shard matches.
        ValueError: If a shard is compressed, damaged or no tar, or none holds an
            image; or if the index is damaged or older than a shard.
    """

    def __init__(
        self,
        root: str | Path | Sequence[str | Path],
        *,
        suffixes: Sequence[str] = IMAGE_SUFFIXES,
    ) -> None:
        shards = match_shards(root)
        self.metainfo = read_metainfo(Path(shard).parent for shard in shards)
        index = find_index(shards, suffixes) or index_shards(shards, suffixes)
        self._index, self.passed_over = index, index.passed_over
        if len(index.names) == 0:
            raise ValueError(
                f"no member of the {len(shards)} shards of {str(root)!r} ends in one "
                f"of {', '.join(suffixes)}"
            )
        self._files = PerProcess(partial(ShardFiles, shards))

    def __len__(self) -> int:
        return len(self._index.names)

    def name(self, index: int) -> str:
        """Name of the member, without a leading ``./``."""
        return self._index.names[index]

    def read(self, index: int) -> bytes:
        """Bytes of the member."""
        self._index.names.check(index)
        shard, offset, size = self._index.places[index].tolist()
        return self._files.get().read(shard, offset, size)


def index_shards(
    shards: Sequence[str], suffixes: Sequence[str] = IMAGE_SUFFIXES
) -> ShardIndex:
    """Read the headers of all shards.

    Raises:
        ValueError: If a shard is compressed, damaged or no tar.
    """
    is_image = NameFilter(tuple(suffixes))
    places = array("q")
    names, order = sort_names(_scan(shards, is_image, places))
    table = np.frombuffer(places, dtype=np.int64).reshape(-1, 3)
    return ShardIndex(
        names, table if order is None else table[order], is_image.passed_over
    )


def write_index(root: str | Path | Sequence[str | Path]) -> tuple[Path, int]:
    """Write the index of shards beside them; stores open at once with it.

    Args:
        root: As for :class:`TarStore`; all shards in one folder.

    Returns:
        The new folder, and how many images are in it.

    Raises:
        FileNotFoundError: If no shard matches.
        ValueError: If shards lie in several folders, there is an index already, or one
            is compressed, damaged or no tar.
    """
    shards = match_shards(root)
    folders = sorted({Path(shard).parent for shard in shards})
    if len(folders) > 1:
        raise ValueError(
            f"the shards of {str(root)!r} lie in {len(folders)} folders: write an "
            "index of each"
        )
    target = folders[0] / INDEX
    index = index_shards(shards)
    index.write(target, shards, IMAGE_SUFFIXES)
    return target, len(index.names)


def match_shards(root: str | Path | Sequence[str | Path]) -> list[str]:
    """Absolute paths of the shards, sorted, each once."""
    patterns = [root] if isinstance(root, str | Path) else root
    shards = set()
    for pattern in map(str, patterns):
        matched = [pattern] if Path(pattern).exists() else glob.glob(pattern)  # noqa: PTH207
        if not matched or Path(pattern).is_dir():
            raise FileNotFoundError(
                f"no tar shard {pattern!r}; set the store's root to a shard or a "
                "glob such as 'faces/*.tar'"
            )
        shards.update(str(Path(path).resolve()) for path in matched)
    return sorted(shards)


def _scan(
    shards: Sequence[str], is_image: NameFilter, places: array
) -> Iterator[bytes]:
    """Names of the images; appends shard number, offset and size to ``places``."""
    for number, shard in enumerate(shards):
        for name, offset, size in scan_tar(shard):
            if is_image(name):
                places.extend((number, offset, size))
                yield name
