"""The store that fits a path."""

from pathlib import Path

from mcf.datasets.stores.base import ImageStore
from mcf.datasets.stores.folder_store import FolderStore
from mcf.datasets.stores.lmdb_store import LMDBStore
from mcf.datasets.stores.tar_store import TarStore
from mcf.registry import DATASETS


@DATASETS.register_module()
def open_store(root: str | Path, *, list_file: str | Path | None = None) -> ImageStore:
    """The store at a path: a folder, an LMDB or tar shards.

    ``*.tar`` (a shard or a glob) is tar shards; a ``list_file``, a folder with
    ``data.mdb`` or a file that is no tar is an LMDB; a folder with images below is
    a folder of images, and one with tars right below is tar shards.

    Args:
        root: The path, or a glob of tar shards.
        list_file: Keys of the released LMDB layout (protocol §1.2).

    Raises:
        FileNotFoundError: If nothing is there.
        ValueError: If no image is in it.
    """
    path = Path(root)
    if list_file is not None or (path / "data.mdb").is_file():
        return LMDBStore(root, list_file=list_file)
    if path.is_dir():
        shards = sorted(path.glob("[!.]*.tar"))
        return TarStore(shards) if shards else FolderStore(root)
    if path.is_file() and path.suffix != ".tar":
        return LMDBStore(root)
    return TarStore(root) if ".tar" in str(root) else FolderStore(root)
