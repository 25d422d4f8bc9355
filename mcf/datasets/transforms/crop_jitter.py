"""Random rotation, scale and shift of a face crop."""

from dataclasses import dataclass

import numpy as np

from mcf.crops.geometry import similarity_about_centre


@dataclass(frozen=True)
class CropJitter:
    """Settings of the random similarity that training applies to a crop.

    The released alignment draws rotation and scale uniformly (protocol §2.3), the
    released parsing from normal distributions (§2.4); the shift is uniform in both.

    Attributes:
        rotation: Half range or standard deviation, radians.
        scale: Half range or standard deviation around the scale of the crop.
        shift: Half range along each axis, as a share of the side of the crop.
        distribution: ``uniform`` or ``normal``, for rotation and scale.

    Raises:
        ValueError: If there is no such distribution or a range is negative.
    """

    rotation: float = 0.174
    scale: float = 0.1
    shift: float = 0.05
    distribution: str = "uniform"

    def __post_init__(self) -> None:
        if self.distribution not in ("uniform", "normal"):
            raise ValueError(
                f"distribution={self.distribution!r} must be 'uniform' or 'normal'"
            )
        if min(self.rotation, self.scale, self.shift) < 0:
            raise ValueError(f"{self} must have no negative range")

    def draw(self, size: tuple[int, int], scale: float) -> np.ndarray:
        """Draw a matrix [3,3] about the centre of a crop from NumPy's global state.

        Args:
            size: Of the crop, (width, height).
            scale: Around which to draw.
        """
        if self.distribution == "uniform":
            angle, offset = np.random.uniform(-1, 1, 2)
        else:
            angle, offset = np.random.normal(0, 1, 2)
        return similarity_about_centre(
            size,
            scale=scale + self.scale * offset,
            angle=self.rotation * angle,
            shift=self.shift * np.asarray(size) * np.random.uniform(-1, 1, 2),
        )
