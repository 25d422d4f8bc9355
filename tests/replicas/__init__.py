"""Generators of small replicas of official downloads, file for file as their sites
lay them out. Pictures and points are noise; names have the oddities of the originals.
"""

from .aflw19 import write_aflw19
from .cofw29 import write_cofw29
from .helen29 import write_helen29
from .ibug300w import write_ibug300w
from .lapa106 import write_lapa106
from .noise import HEIGHT, WIDTH, noise_points, write_image
from .wflw98 import write_wflw98

__all__ = [
    "HEIGHT",
    "WIDTH",
    "noise_points",
    "write_aflw19",
    "write_cofw29",
    "write_helen29",
    "write_ibug300w",
    "write_image",
    "write_lapa106",
    "write_wflw98",
]
