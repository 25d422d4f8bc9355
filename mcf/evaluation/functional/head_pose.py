"""How far two rotations of heads are apart."""

import numpy as np

from mcf.utils.finite import finite, same_length


def euler_errors(
    predicted: np.ndarray, target: np.ndarray, *, released: bool = False
) -> np.ndarray:
    """Absolute error of each angle, the shorter way round.

    Their mean over faces and then over the three angles is the published MAE.

    Args:
        predicted: Pitch, yaw and roll [N,3], in degrees.
        target: The same.
        released: Whether to forgive half turns, as the released evaluation of 6DRepNet
            does: it takes the smallest error over ±360° *and ±180°*, so that 170° off
            counts as 10°.

    Returns:
        [N,3], in degrees: 0..180, or 0..90 if released.

    Raises:
        ValueError: If shapes differ or an angle is not finite.
    """
    predicted = finite("predicted angles", predicted, ndim=2)
    target = finite("target angles", target, ndim=2)
    same_length(predicted=predicted, target=target)
    turn = 180 if released else 360
    error = np.abs(predicted - target) % turn
    return np.minimum(error, turn - error)


def geodesic_errors(predicted: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Angle of the turn that leads from one rotation to the other.

    Unlike Euler angles it means the same for every pose, profiles too.

    Args:
        predicted: Rotation matrices [N,3,3].
        target: The same.

    Returns:
        [N], in degrees, 0..180.

    Raises:
        ValueError: If shapes differ or a number is not finite.
    """
    predicted = finite("predicted rotations", predicted, ndim=3)
    target = finite("target rotations", target, ndim=3)
    same_length(predicted=predicted, target=target)
    # The distance of the matrices is exact for small angles, where a cosine is not.
    half_sine = np.linalg.norm(predicted - target, axis=(1, 2)) / np.sqrt(8)
    return np.rad2deg(2 * np.arcsin(np.clip(half_sine, 0, 1)))
