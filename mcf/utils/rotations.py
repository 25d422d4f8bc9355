"""Rotation matrices and Euler angles of heads."""

import numpy as np

from mcf.utils.finite import finite

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
