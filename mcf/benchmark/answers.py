"""What frozen vectors say about faces: fitted on some, tested on others."""

from dataclasses import dataclass

import numpy as np

from mcf.evaluation.functional import (
    age_errors,
    fit_logistic_cv,
    fit_ridge_cv,
    geodesic_errors,
    nearest,
    rotation_to_euler,
)
from mcf.suite import Task

NEIGHBOURS = 20


@dataclass(frozen=True)
class Answers:
    """Answers about the test faces.

    Attributes:
        linear: Of the linear map: ages [N], class ids [N], logits of attributes [N,K]
            or rotations [N,3,3].
        neighbours: The same of the nearest training faces.
    """

    linear: np.ndarray
    neighbours: np.ndarray


def answer(
    task: Task, known: np.ndarray, labels: np.ndarray, asked: np.ndarray, *, seed: int
) -> Answers:
    """Fit on some faces, ask about others.

    Ages and rotations by ridge regression, classes and attributes by logistic
    regression, each with its penalty chosen inside the training part; and by the 20
    nearest training faces.

    Args:
        task: The question.
        known: Vectors of the training faces [N,D].
        labels: Their labels, as samples of :class:`~mcf.suite.Task` have them.
        asked: Vectors of the test faces [M,D].
        seed: Of the folds inside the training part.

    Raises:
        ValueError: If there are fewer than two training faces.
    """
    if len(known) < 2:
        raise ValueError(f"{len(known)} training faces; take a larger share")
    found = nearest(known, asked, min(NEIGHBOURS, len(known)))
    folds = min(5, len(known))
    if task.kind == "age":
        ridge = fit_ridge_cv(known, labels[:, None], folds=folds, seed=seed)
        return Answers(ridge.predict(asked)[:, 0], labels[found].mean(axis=1))
    if task.kind == "head_pose":
        flat = labels.reshape(len(labels), 9)
        ridge = fit_ridge_cv(known, flat, folds=folds, seed=seed)
        near = flat[found].mean(axis=1)
        return Answers(nearest_rotations(ridge.predict(asked)), nearest_rotations(near))
    count = len(task.classes)
    link = "softmax" if task.kind == "classes" else "sigmoid"
    fitted = fit_logistic_cv(known, labels, classes=count, link=link, seed=seed)
    logits = fitted.logits(asked)
    if task.kind == "classes":
        votes = np.eye(count)[labels[found].astype(int)].sum(axis=1)
        return Answers(logits.argmax(axis=1), votes.argmax(axis=1))
    signs = np.where(labels < 0, 0, 2 * labels - 1)
    return Answers(logits, signs[found].mean(axis=1))


def nearest_rotations(flat: np.ndarray) -> np.ndarray:
    """Rotations [N,3,3] that are nearest to any matrices [N,9]."""
    left, _, right = np.linalg.svd(flat.reshape(-1, 3, 3))
    turn = np.ones((len(flat), 1, 3))
    turn[:, 0, 2] = np.sign(np.linalg.det(left @ right))
    return (left * turn) @ right


def face_errors(task: Task, answers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """How wrong each answer is [N]: years, degrees, or the share of wrong answers."""
    if task.kind == "age":
        return age_errors(answers, labels)
    if task.kind == "classes":
        return (answers != labels).astype(float)
    if task.kind == "attributes":
        wrong = ((answers > 0) != (labels == 1)) & (labels >= 0)
        return wrong.mean(axis=1)
    return geodesic_errors(answers, labels)


def in_words(task: Task, answer: np.ndarray, label: np.ndarray) -> str:
    """An answer beside the truth, for a picture."""
    if task.kind == "age":
        return f"{answer:.0f}\ntrue {label:.0f}"
    if task.kind == "classes":
        return f"{task.classes[int(answer)]}\ntrue {task.classes[int(label)]}"
    if task.kind == "attributes":
        wrong = ((answer > 0) != (label == 1)) & (label >= 0)
        names = [name for name, bad in zip(task.classes, wrong) if bad]
        return f"{len(names)} wrong\n{', '.join(names)[:24]}"
    found, true = rotation_to_euler(np.stack([answer, label]).astype(float))
    return f"{np.round(found).astype(int)}\ntrue {np.round(true).astype(int)}"
