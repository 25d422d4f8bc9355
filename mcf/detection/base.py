"""What every detector promises."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from mcf.crops.face import Face
from mcf.detection.source_image import SourceImage

Finder = Callable[[np.ndarray, SourceImage], list[Face]]
"""Faces in an upright uint8 BGR image [H,W,3]; the same for the same arguments."""


class Detector(Protocol):
    """Settings of a detector: a frozen dataclass of plain values.

    It travels to the workers and into the store's records; networks and files are
    opened there.
    """

    def open(self) -> Finder:
        """What finds faces in this process.

        Raises:
            ImportError: If a package is missing, with the remedy.
            FileNotFoundError: If a file is.
        """
        ...

    def versions(self) -> dict[str, str]:
        """Versions of the packages on which its results depend; raises as ``open``."""
        ...
