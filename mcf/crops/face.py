"""A face in an image, as detectors find it and crops take it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Face:
    """Face in an image, in pixels of the upright image.

    Attributes:
        box: x1, y1, x2, y2 of its borders; a whole image of W columns is -0.5 to
            W - 0.5.
        score: Confidence of the detector.
        points: Eyes, nose tip and mouth corners [5,2], image-left first, or None.
    """

    box: np.ndarray
    score: float
    points: np.ndarray | None = None
