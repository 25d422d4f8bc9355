"""Images in an LMDB."""

from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from mcf.datasets.stores.lmdb_index import scan_lmdb
from mcf.datasets.stores.metainfo import read_metainfo
from mcf.datasets.stores.name_table import NameTable, sort_names
from mcf.datasets.stores.per_process import PerProcess
from mcf.datasets.stores.shard_files import ShardFiles
from mcf.registry import DATASETS

NOT_IMAGES = (b"length", b"__len__", b"__keys__")
"""Keys by which common layouts describe themselves."""
ABSENT = -1


@DATASETS.register_module()
class LMDBStore:
    """Encoded images as the values of an LMDB.

    Two layouts are read (protocol §1.2):

    - plain: every key is an image's name (``length``, ``__len__`` and ``__keys__``
      are passed over);
    - released MCF, chosen by ``list_file``: the keys of the images are the lines of
      a text file, and the key ``length`` holds their number. Here the images are
      sorted by key, where the released reader keeps the order of the lines.

    The pages with the keys are read once, at construction; after that an image is one
    ``pread``. The file must not be written to meanwhile.

    Args:
        root: Folder with ``data.mdb``, or a single LMDB file.
        list_file: Text file with one key a line.

    Raises:
        FileNotFoundError: If ``root`` or ``list_file`` does not exist.
        ValueError: If there is no image, the file is damaged or cut, or the list and
            ``length`` disagree.
    """

    def __init__(self, root: str | Path, *, list_file: str | Path | None = None):
        path = Path(root)
        path = path / "data.mdb" if path.is_dir() else path
        if not path.exists():
            raise FileNotFoundError(
                f"no LMDB {str(root)!r}; set the store's root to the folder that "
                "holds data.mdb"
            )
        self.metainfo = read_metainfo([root])
        self._path = str(path.resolve())
        self._files = PerProcess(partial(ShardFiles, [self._path]))
        places = array("q")
        not_images = NOT_IMAGES if list_file is None else ()
        stored = NameTable(_scan(self._path, not_images, places))
        table = np.frombuffer(places, dtype=np.int64).reshape(-1, 2)
        if list_file is None:
            self._names, self._places = stored, table
        else:
            self._names, _ = sort_names(_lines(Path(list_file)))
            self._places = _listed(self._names, stored, table)
            length = NameTable([b"length"])
            self._check_length(list_file, _listed(length, stored, table))
        if len(self._names) == 0:
            raise ValueError(f"the LMDB {str(root)!r} holds no image")

    def __len__(self) -> int:
        return len(self._names)

    def name(self, index: int) -> str:
        """Key of an image."""
        return self._names[index]

    def read(self, index: int) -> bytes:
        """Value of the image's key."""
        self._names.check(index)
        offset, size = self._places[index].tolist()
        if offset == ABSENT:
            key = self._names.raw(index)
            raise FileNotFoundError(f"the LMDB {self._path!r} has no key {key!r}")
        return self._files.get().read(0, offset, size)

    def _check_length(self, list_file: str | Path, place: np.ndarray) -> None:
        ((offset, size),) = place.tolist()
        length = None
        if offset != ABSENT:
            length = self._files.get().read(0, offset, min(size, 20))
        if length is None or length.strip() != str(len(self._names)).encode():
            raise ValueError(
                f"{str(list_file)!r} lists {len(self._names)} keys, but the key "
                f"'length' of {self._path!r} holds {length!r}; give the list that was "
                "written with this LMDB, or no list to read every key"
            )


def _scan(path: str, not_images: tuple[bytes, ...], places: array) -> Iterator[bytes]:
    """Keys in their order; appends offset and size of each value to ``places``."""
    for key, offset, size in scan_lmdb(path):
        if key not in not_images:
            places.extend((offset, size))
            yield key


def _listed(names: NameTable, stored: NameTable, places: np.ndarray) -> np.ndarray:
    """Places of names among those of all stored keys, both sorted; -1 if absent."""
    found = np.full((len(names), 2), ABSENT, dtype=np.int64)
    at = 0
    for index in range(len(names)):
        name = names.raw(index)
        while at < len(stored) and stored.raw(at) < name:
            at += 1
        if at < len(stored) and stored.raw(at) == name:
            found[index] = places[at]
    return found


def _lines(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise FileNotFoundError(f"no list of keys {str(path)!r}")
    with path.open("rb") as file:
        yield from filter(None, map(bytes.strip, file))
