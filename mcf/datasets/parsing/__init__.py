"""Face parsing data.

The data set classes subclass mmsegmentation's and are imported by ``mcf.parsing``;
what is imported here needs no mmsegmentation.
"""

from .class_sets import CELEBAMASK_HQ, LAPA, ClassSet, get_class_set
from .compose import compose
from .mask_cache import Composition, compose_masks
from .mask_files import read_mask

__all__ = [
    "CELEBAMASK_HQ",
    "LAPA",
    "ClassSet",
    "Composition",
    "compose",
    "compose_masks",
    "get_class_set",
    "read_mask",
]
