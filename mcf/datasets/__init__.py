"""Data sets, stores, transforms and samplers.

What a config can name is registered by :mod:`mcf.datasets.registered`, where
:mod:`mcf.registry` looks. Where MMEngine is loaded, this is done at once, for configs
whose ``custom_imports`` name this package; where it is not, class sets and schemas of
exported networks are read without it.
"""

import sys

from mcf.utils.lazy import lazy_names

_HOMES = {
    "BadImageError": "mcf.utils.decoding",
    "DecodeImage": "mcf.datasets.transforms",
    "Draw": "mcf.datasets.samplers",
    "FaceImages": "mcf.datasets.face_images",
    "FewShot": "mcf.datasets.few_shot",
    "FolderStore": "mcf.datasets.stores",
    "ImageStore": "mcf.datasets.stores",
    "JointFaces": "mcf.datasets.joint_faces",
    "LMDBStore": "mcf.datasets.stores",
    "SeededDataset": "mcf.datasets.seeded_dataset",
    "SeededSampler": "mcf.datasets.samplers",
    "ShareSampler": "mcf.datasets.samplers",
    "SyntheticFaceStore": "mcf.datasets.stores.drawn_store",
    "TarStore": "mcf.datasets.stores",
    "decode_image": "mcf.utils.decoding",
    "landmarks": "mcf.datasets.landmarks",
    "open_store": "mcf.datasets.stores",
    "parsing": "mcf.datasets.parsing",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)

if "mmengine" in sys.modules:
    import mcf.datasets.registered  # noqa: F401
