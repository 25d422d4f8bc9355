"""Images in an LMDB."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import ModuleType
from weakref import WeakValueDictionary

from mcf.datasets.stores.image_names import NameFilter
from mcf.datasets.stores.metainfo import read_metainfo
from mcf.datasets.stores.name_table import sort_names
from mcf.datasets.stores.per_process import PerProcess
from mcf.registry import DATASETS

NOT_IMAGES = (b"length", b"__len__", b"__keys__")
"""Keys by which common layouts describe themselves."""

# LMDB forbids a process to open one environment twice, so that two stores on one
# path (training and validation, say) must share it. Entries vanish with their users.
_environments: WeakValueDictionary = WeakValueDictionary()


@DATASETS.register_module()
class LMDBStore:
    """Encoded images as the values of an LMDB.

    Two layouts are read (protocol §1.2):

    - plain: every key is an image's name (``length``, ``__len__`` and ``__keys__``
      are passed over);
    - released MCF, chosen by ``list_file``: the keys of the images are the lines of
      a text file, and the key ``length`` holds their number. Here the images are
      sorted by key, where the released reader keeps the order of the lines.

    Keys like ``._photo.jpg`` are a Mac's hidden copies: passed over and counted.

    Args:
        root: Folder with ``data.mdb``, or a single LMDB file.
        list_file: Text file with one key a line.

    Attributes:
        metainfo: As in every store.
        passed_over: Number of hidden keys.

    Raises:
        FileNotFoundError: If ``root`` or ``list_file`` does not exist.
        ImportError: If the ``lmdb`` package is missing.
        ValueError: If there is no image, or the list and ``length`` disagree.
    """

    def __init__(self, root: str | Path, *, list_file: str | Path | None = None):
        if not Path(root).exists():
            raise FileNotFoundError(
                f"no LMDB {str(root)!r}; set the store's root to the folder that "
                "holds data.mdb"
            )
        self.metainfo = read_metainfo([root])
        self._root = str(Path(root).resolve())
        self._environment = PerProcess(partial(_open_environment, self._root))
        keys = self._image_keys() if list_file is None else _lines(Path(list_file))
        is_image = NameFilter(None)
        self._names, _ = sort_names(filter(is_image, keys))
        self.passed_over = is_image.passed_over
        if list_file is not None:
            listed = len(self._names) + self.passed_over.total()
            self._check_length(list_file, listed)
        if len(self._names) == 0:
            raise ValueError(f"the LMDB {str(root)!r} holds no image")

    def __len__(self) -> int:
        return len(self._names)

    def name(self, index: int) -> str:
        """Key of an image."""
        return self._names[index]

    def read(self, index: int) -> bytes:
        """Value of the image's key."""
        key = self._names.raw(index)
        with self._environment.get().begin() as transaction:
            value = transaction.get(key)
        if value is None:
            raise FileNotFoundError(f"the LMDB {self._root!r} has no key {key!r}")
        return value

    def _image_keys(self) -> Iterator[bytes]:
        with self._environment.get().begin() as transaction:
            for key in transaction.cursor().iternext(values=False):
                if key not in NOT_IMAGES:
                    yield key

    def _check_length(self, list_file: str | Path, listed: int) -> None:
        with self._environment.get().begin() as transaction:
            length = transaction.get(b"length")
        if length is None or int(length) != listed:
            raise ValueError(
                f"{str(list_file)!r} lists {listed} keys, but the key "
                f"'length' of {self._root!r} holds {length!r}; give the list that was "
                "written with this LMDB, or no list to read every key"
            )


def import_lmdb() -> ModuleType:
    """The optional package ``lmdb``.

    Raises:
        ImportError: With the remedy, if it is missing.
    """
    try:
        import lmdb
    except ImportError as error:
        raise ImportError("an LMDB needs `pip install lmdb`") from error
    return lmdb


def _open_environment(root: str):
    """This process' environment of a path, shared by the stores that read it."""
    process = os.getpid()
    for (owner, opened), environment in list(_environments.items()):
        if opened == root and owner != process:
            environment.close()  # a parent's: unusable here, and in the way
    environment = _environments.get((process, root))
    if environment is None:
        environment = import_lmdb().open(
            root, subdir=Path(root).is_dir(), readonly=True, lock=False, readahead=False
        )
        _environments[process, root] = environment
    return environment


def _lines(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise FileNotFoundError(f"no list of keys {str(path)!r}")
    with path.open("rb") as file:
        yield from filter(None, map(bytes.strip, file))
