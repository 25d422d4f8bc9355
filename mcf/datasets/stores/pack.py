"""Writing stores."""

import errno
import io
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import ModuleType

from mcf.datasets.stores.base import IMAGE_SUFFIXES, ImageStore
from mcf.datasets.stores.lmdb_store import NOT_IMAGES
from mcf.datasets.stores.metainfo import write_metainfo
from mcf.utils.atomic_file import whole_file
from mcf.utils.atomic_folder import whole_folder

Progress = Callable[[int], None]


def pack_tar(
    store: ImageStore, folder: str | Path, *, shard_size: int = 10_000
) -> list[Path]:
    """Write a store as tar shards ``faces-00000.tar`` … in a new folder.

    The folder appears whole or not at all. Equal stores give equal bytes (no times,
    no owners).

    Args:
        store: Images to write, in their order.
        folder: Where the shards go; must not exist.
        shard_size: Images a shard.

    Returns:
        The shards.

    Raises:
        ValueError: If ``folder`` exists, ``shard_size`` is below 1, or names do not end
            as those of images do, so that no reader of the shards would find them.
    """
    if shard_size < 1:
        raise ValueError(f"shard_size is {shard_size}, but a shard needs an image")
    _expect_image_names(store)
    with whole_folder(folder) as building:
        write_metainfo(store.metainfo, building)
        write_shards(store, building, shard_size=shard_size)
    return sorted(Path(folder).glob("*.tar"))


def write_shards(store: ImageStore, folder: Path, *, shard_size: int) -> list[Path]:
    """The shards of :func:`pack_tar`, in a folder that is there."""
    shards = []
    for number, start in enumerate(range(0, len(store), shard_size)):
        shards.append(folder / f"faces-{number:05d}.tar")
        with (
            whole_file(shards[-1]) as file,
            tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for index in range(start, min(start + shard_size, len(store))):
                data = store.read(index)
                member = tarfile.TarInfo(store.name(index))
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    return shards


def _expect_image_names(store: ImageStore) -> None:
    endings = tuple(suffix.encode() for suffix in IMAGE_SUFFIXES)
    names = (store.name(index) for index in range(len(store)))
    lost = (name for name in names if not os.fsencode(name).lower().endswith(endings))
    if some := list(islice(lost, 3)):
        raise ValueError(
            f"readers of a tar pass over members that do not end in one of "
            f"{', '.join(IMAGE_SUFFIXES)}, such as {some}; rename them, or pack an "
            "LMDB, which keeps any name"
        )


def pack_lmdb(store: ImageStore, folder: str | Path) -> Path:
    """Write a store as an LMDB in a new folder.

    The folder appears whole or not at all. Besides the images it holds the key
    ``length`` and a file ``keys.txt``, so that the reader of the released MCF code
    can open it too (protocol §1.2).

    Args:
        store: Images to write, in their order.
        folder: Where ``data.mdb`` goes; must not exist.

    Returns:
        The folder.

    Raises:
        ImportError: If the ``lmdb`` package is missing.
        ValueError: If ``folder`` exists, or a name is empty, repeated, reserved or
            longer than the 511 bytes of an LMDB key.
    """
    lmdb = _import_lmdb()
    folder = Path(folder)
    with whole_folder(folder) as building:
        write_metainfo(store.metainfo, building)
        with _writing(folder):
            environment = lmdb.open(str(building), map_size=2**30, lock=False)
        with environment, whole_file(building / "keys.txt") as keys:
            images = _images(store, environment.max_key_size())
            while batch := list(islice(images, 1000)):
                _put(environment, batch, folder)
                keys.writelines(key + b"\n" for key, _ in batch)
            _put(environment, [(b"length", str(len(store)).encode())], folder)
    return folder


def _images(store: ImageStore, max_key_size: int) -> Iterator[tuple[bytes, bytes]]:
    previous = b""
    for index in range(len(store)):
        key = os.fsencode(store.name(index))
        if not previous < key or len(key) > max_key_size or key in NOT_IMAGES:
            raise ValueError(
                f"the name {store.name(index)!r} is repeated, reserved or longer than "
                f"{max_key_size} bytes, so it cannot be an LMDB key; rename it or pack "
                "tar shards"
            )
        yield key, store.read(index)
        previous = key


def _put(environment, items: list[tuple[bytes, bytes]], folder: Path) -> None:
    """Write items in one transaction, doubling the map as often as needed."""
    while True:
        try:
            with _writing(folder), environment.begin(write=True) as transaction:
                for key, value in items:
                    transaction.put(key, value)
            return
        except _import_lmdb().MapFullError:
            environment.set_mapsize(2 * environment.info()["map_size"])


def _import_lmdb() -> ModuleType:
    try:
        import lmdb
    except ImportError as error:
        raise ImportError("writing an LMDB needs `pip install lmdb`") from error
    return lmdb


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """LMDB's own errors of a disk as the OSError that they are."""
    lmdb = _import_lmdb()
    try:
        yield
    except lmdb.MapFullError:
        raise  # grows
    except lmdb.Error as error:
        # A full disk may look like a broken one, as LMDB does not try again.
        full = isinstance(error, lmdb.DiskError) or _is_full(folder.parent)
        number = errno.ENOSPC if full else errno.EIO
        text = os.strerror(number) if full else str(error)
        raise OSError(number, text, str(folder)) from error


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < 2**20
