"""Images that are faces already."""

from dataclasses import dataclass

import numpy as np

from mcf.crops.face import Face
from mcf.detection.base import Finder
from mcf.detection.source_image import SourceImage


@dataclass(frozen=True)
class AlreadyCropped:
    """Takes each whole image for one face, without points."""

    def open(self) -> Finder:
        """What returns the whole image."""
        return _whole_image

    def versions(self) -> dict[str, str]:
        """None: nothing is computed."""
        return {}


def _whole_image(image: np.ndarray, source: SourceImage) -> list[Face]:
    height, width = image.shape[:2]
    return [Face(np.array([-0.5, -0.5, width - 0.5, height - 0.5]), 1.0)]
