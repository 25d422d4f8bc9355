from .attention import AttentionMasking
from .base import BlindMasking, Mask, Masking, mask_smallest_kept
from .block import BlockMasking
from .facial_region import FacialRegionMasking
from .random import RandomMasking
from .schedule import RatioSchedule

__all__ = [
    "AttentionMasking",
    "BlindMasking",
    "BlockMasking",
    "FacialRegionMasking",
    "Mask",
    "Masking",
    "RandomMasking",
    "RatioSchedule",
    "mask_smallest_kept",
]
