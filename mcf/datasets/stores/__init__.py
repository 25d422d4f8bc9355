from .base import IMAGE_SUFFIXES, ImageStore
from .decoded_store import DecodedStore
from .folder_store import FolderStore
from .lmdb_store import LMDBStore
from .open_store import open_store
from .pack import pack_lmdb, pack_tar
from .tar_store import TarStore, write_index

__all__ = [
    "IMAGE_SUFFIXES",
    "DecodedStore",
    "FolderStore",
    "ImageStore",
    "LMDBStore",
    "TarStore",
    "open_store",
    "pack_lmdb",
    "pack_tar",
    "write_index",
]
