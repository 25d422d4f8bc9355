"""Random changes of a face crop's look, as the released fine-tuning makes them.

Images are [H,W,C] uint8. The order of the released alignment is that of this file, the
released parsing uses the last three (protocol §2.3, §2.4). The released code works on
floats; ours rounds to eight bits after each step. All draw from NumPy's global state.
"""

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mcf.registry import TRANSFORMS

GAMMA_TABLES = {
    name: np.rint(255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)
    for name, exponent in (("sqrt", 0.5), ("square", 2.0))
}


@TRANSFORMS.register_module()
class RandomOcclusion(BaseTransform):
    """Black rectangle at a random place, cut off by the border of the image.

    Its height is r/2 and its width r'/2 of the sides, with r uniform in ``extent`` and
    r' uniform within ``spread`` of r. Its centre is uniform over the image.

    Args:
        extent: Range of r.
        spread: Largest difference of r' and r.
    """

    def __init__(
        self, extent: tuple[float, float] = (0.2, 0.8), *, spread: float = 0.2
    ) -> None:
        self.extent = extent
        self.spread = spread

    def transform(self, results: dict) -> dict:
        """Cover a part of ``img``."""
        height, width = results["img"].shape[:2]
        share = np.random.uniform(*self.extent)
        half_height = share * height / 4
        half_width = np.random.uniform(share - self.spread, share + self.spread)
        half_width *= width / 4
        y, x = np.random.uniform(0, height), np.random.uniform(0, width)
        rows, columns = (
            slice(max(round(centre - half), 0), max(round(centre + half), 0))
            for centre, half in ((y, half_height), (x, half_width))
        )
        results["img"] = results["img"].copy()
        results["img"][rows, columns] = 0
        return results


@TRANSFORMS.register_module()
class NoiseFusion(BaseTransform):
    """Blend with noise that is uniform and independent in each pixel and channel.

    Args:
        prob: Share of images that are changed.
        max_weight: Largest weight of the noise; its weight is uniform up to there.
    """

    def __init__(self, prob: float = 0.5, *, max_weight: float = 0.5) -> None:
        self.prob = prob
        self.max_weight = max_weight

    def transform(self, results: dict) -> dict:
        """Add noise to ``img``."""
        if np.random.rand() < self.prob:
            image = results["img"]
            noise = np.random.randint(0, 256, image.shape, dtype=np.uint8)
            weight = np.random.uniform(0, self.max_weight)
            results["img"] = cv2.addWeighted(image, 1 - weight, noise, weight, 0)
        return results


@TRANSFORMS.register_module()
class RandomGray(BaseTransform):
    """Brightness instead of colour, in three equal channels; images are BGR.

    Args:
        prob: Share of images that are changed.
    """

    def __init__(self, prob: float = 0.1) -> None:
        self.prob = prob

    def transform(self, results: dict) -> dict:
        """Take the colour from ``img``."""
        if np.random.rand() < self.prob:
            gray = cv2.cvtColor(results["img"], cv2.COLOR_BGR2GRAY)
            results["img"] = cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR)
        return results


@TRANSFORMS.register_module()
class RandomGamma(BaseTransform):
    """Square root of the intensities, their square or neither, equally likely."""

    def transform(self, results: dict) -> dict:
        """Brighten, darken or leave ``img``."""
        name = ("none", *GAMMA_TABLES)[np.random.randint(1 + len(GAMMA_TABLES))]
        if name in GAMMA_TABLES:
            results["img"] = GAMMA_TABLES[name][results["img"]]
        return results


@TRANSFORMS.register_module()
class RandomBoxBlur(BaseTransform):
    """Mean over a square window; a window of one pixel changes nothing.

    Args:
        max_share: Largest side of the window, as a share of the image's height.
    """

    def __init__(self, max_share: float = 0.01) -> None:
        self.max_share = max_share

    def transform(self, results: dict) -> dict:
        """Blur ``img``."""
        image = results["img"]
        side = int(image.shape[0] * np.random.uniform(0, self.max_share))
        if side > 1:
            results["img"] = cv2.blur(image, (side, side))
        return results
