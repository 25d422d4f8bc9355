"""Scores of the answers to a question about faces."""

import numpy as np

from mcf.suite.task import Task
from mcf.utils.rotations import rotation_to_euler

from .age_error import age_errors, cumulative_score
from .attribute_accuracy import attribute_accuracy, mean_accuracy
from .classification import accuracy, class_accuracies
from .head_pose import euler_errors, geodesic_errors


def face_scores(
    task: Task, answers: np.ndarray, labels: np.ndarray
) -> dict[str, float]:
    """Scores by name: years, degrees, or percent.

    Args:
        task: The question.
        answers: Ages [N], class ids [N], logits of attributes [N,K] or rotations
            [N,3,3].
        labels: The truth, as samples of :class:`~mcf.suite.Task` have it.

    Raises:
        ValueError: If an answer is not finite, or lengths differ.
    """
    if task.kind == "age":
        errors = age_errors(answers, labels)
        return dict(mae=float(errors.mean()), cs5=100 * cumulative_score(errors))
    if task.kind == "classes":
        each = class_accuracies(answers, labels.astype(int), len(task.classes))
        return dict(
            accuracy=100 * accuracy(answers, labels),
            mean_class_accuracy=100 * float(np.nanmean(each)),
        )
    if task.kind == "attributes":
        each = attribute_accuracy(answers, labels)
        return dict(mean_accuracy=100 * mean_accuracy(each))
    angles = rotation_to_euler(answers), rotation_to_euler(labels)
    return dict(
        mae=float(euler_errors(*angles).mean()),
        mae_released=float(euler_errors(*angles, released=True).mean()),
        geodesic=float(geodesic_errors(answers, labels).mean()),
    )
