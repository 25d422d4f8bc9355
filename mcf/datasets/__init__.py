"""Data sets, stores, transforms and samplers; importing registers them."""

from mcf.datasets.stores.drawn_store import SyntheticFaceStore

from . import landmarks, parsing
from .face_images import FaceImages
from .few_shot import FewShot
from .samplers import Draw, SeededSampler
from .seeded_dataset import SeededDataset
from .stores import FolderStore, ImageStore, LMDBStore, TarStore, open_store
from .transforms import BadImageError, DecodeImage, decode_image

__all__ = [
    "BadImageError",
    "DecodeImage",
    "Draw",
    "FaceImages",
    "FewShot",
    "FolderStore",
    "ImageStore",
    "LMDBStore",
    "SeededDataset",
    "SeededSampler",
    "SyntheticFaceStore",
    "TarStore",
    "decode_image",
    "landmarks",
    "open_store",
    "parsing",
]
