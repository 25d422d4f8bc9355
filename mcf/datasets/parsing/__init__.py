"""Face parsing data; needs no mmsegmentation."""

from .celebamask_hq import CelebAMaskHQDataset
from .class_sets import CELEBAMASK_HQ, LAPA, ClassSet, get_class_set
from .compose import compose
from .lapa import LaPaDataset
from .load_mask import LoadMask
from .mask_cache import Composition, compose_masks
from .mask_files import read_mask
from .parsing_dataset import ParsingDataset
from .resize_original import ResizeOriginal
from .synthetic_parsing import SyntheticParsing

__all__ = [
    "CELEBAMASK_HQ",
    "LAPA",
    "CelebAMaskHQDataset",
    "ClassSet",
    "Composition",
    "LaPaDataset",
    "LoadMask",
    "ParsingDataset",
    "ResizeOriginal",
    "SyntheticParsing",
    "compose",
    "compose_masks",
    "get_class_set",
    "read_mask",
]
