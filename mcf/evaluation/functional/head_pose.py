"""Rotation of heads and how far two are apart."""

import numpy as np

from .checked import finite, same_length

GIMBAL = 1e-6


def euler_to_rotation(angles: np.ndarray) -> np.ndarray:
    """Rotation matrices of Euler angles, R = Rz(roll) · Ry(yaw) · Rx(pitch).

    This is the convention of ``Pose_Para`` in 300W-LP and AFLW2000 as 6DRepNet reads
    it.

    Args:
        angles: Pitch, yaw and roll [N,3], in degrees.

    Returns:
        [N,3,3].

    Raises:
        ValueError: If an angle is not finite.
    """
    x, y, z = np.deg2rad(finite("angles", angles, ndim=2)).T
    one, zero = np.ones_like(x), np.zeros_like(x)

    def matrices(*rows: tuple[np.ndarray, ...]) -> np.ndarray:
        return np.moveaxis(np.array(rows), 2, 0)

    about_x = matrices(
        (one, zero, zero), (zero, np.cos(x), -np.sin(x)), (zero, np.sin(x), np.cos(x))
    )
    about_y = matrices(
        (np.cos(y), zero, np.sin(y)), (zero, one, zero), (-np.sin(y), zero, np.cos(y))
    )
    about_z = matrices(
        (np.cos(z), -np.sin(z), zero), (np.sin(z), np.cos(z), zero), (zero, zero, one)
    )
    return about_z @ about_y @ about_x


def rotation_to_euler(rotations: np.ndarray) -> np.ndarray:
    """Pitch, yaw and roll [N,3] in degrees; yaw is in -90..90.

    Where the yaw is ±90° only the sum or difference of the other two is defined; roll
    is 0 then.

    Args:
        rotations: [N,3,3].

    Raises:
        ValueError: If a number is not finite.
    """
    r = finite("rotations", rotations, ndim=3)
    level = np.hypot(r[:, 0, 0], r[:, 1, 0])
    locked = level < GIMBAL
    pitch = np.where(
        locked,
        np.arctan2(-r[:, 1, 2], r[:, 1, 1]),
        np.arctan2(r[:, 2, 1], r[:, 2, 2]),
    )
    yaw = np.arctan2(-r[:, 2, 0], level)
    roll = np.where(locked, 0, np.arctan2(r[:, 1, 0], r[:, 0, 0]))
    return np.rad2deg(np.stack([pitch, yaw, roll], axis=1))


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
