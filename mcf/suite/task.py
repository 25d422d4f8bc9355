"""A task about faces, and the labels that answer it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Kind = Literal["attributes", "age", "classes", "head_pose"]
KEYS: dict[str, str] = {
    "attributes": "gt_score",
    "age": "gt_age",
    "classes": "gt_label",
    "head_pose": "gt_rotation",
}
"""Key of a sample that holds its label, as mmpretrain calls it where it has it."""
MISSING = -1
"""Attribute that nobody has labelled, as in mmpretrain's ``gt_score``."""
OLDEST = 130


@dataclass(frozen=True)
class Task:
    """A question that every face of a data set has one answer to.

    =============== ===========================================================
    kind            label of a sample
    =============== ===========================================================
    ``attributes``  ``gt_score`` [K] float32: 1, 0, or -1 where it is missing
    ``age``         ``gt_age`` [] float32, years
    ``classes``     ``gt_label`` int, index into ``classes``
    ``head_pose``   ``gt_rotation`` [3,3] float32, see
                    :func:`mcf.utils.rotations.euler_to_rotation`
    =============== ===========================================================

    Attributes:
        name: Such as ``age``, ``gender`` or ``expression``.
        kind: Of label.
        classes: Names of the K classes or attributes; empty for the other kinds.
    """

    name: str
    kind: Kind
    classes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Key of a sample that holds the label."""
        return KEYS[self.kind]

    def label(self, value: object) -> int | np.ndarray:
        """The label as samples hold it.

        Raises:
            ValueError: If it is no label of this task.
        """
        return _CHECKS[self.kind](self, value)


def _attributes(task: Task, value: object) -> np.ndarray:
    values = np.asarray(value, np.float32)
    if values.shape != (len(task.classes),):
        raise ValueError(
            f"{task.name} has {len(task.classes)} attributes, but {values.shape} came"
        )
    if not np.isin(values, (MISSING, 0, 1)).all():
        odd = values[~np.isin(values, (MISSING, 0, 1))][0]
        raise ValueError(f"an attribute is {odd}, not 0, 1 or -1 (missing)")
    return values


def _age(task: Task, value: object) -> np.ndarray:
    age = np.float32(value)
    if not 0 <= age <= OLDEST:
        raise ValueError(f"{task.name} {value!r} is not in 0 to {OLDEST} years")
    return np.array(age)


def _class(task: Task, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise ValueError(f"{task.name} {value!r} is no whole number")
    if not 0 <= value < len(task.classes):
        known = f"0 to {len(task.classes) - 1}"
        raise ValueError(f"{task.name} {value} is unknown; there are {known}")
    return int(value)


def _rotation(task: Task, value: object) -> np.ndarray:
    matrix = np.asarray(value, np.float64)
    sound = matrix.shape == (3, 3) and np.isfinite(matrix).all()
    if not sound or np.abs(matrix @ matrix.T - np.eye(3)).max() > 1e-2:
        raise ValueError(f"{task.name} is no rotation matrix: {matrix.tolist()}")
    if np.linalg.det(matrix) < 0:
        raise ValueError(f"{task.name} mirrors the face: its determinant is negative")
    return matrix.astype(np.float32)


_CHECKS = {
    "attributes": _attributes,
    "age": _age,
    "classes": _class,
    "head_pose": _rotation,
}
