from .base import Mask, mask_smallest_kept
from .random import RandomMasking

__all__ = ["Mask", "RandomMasking", "mask_smallest_kept"]
