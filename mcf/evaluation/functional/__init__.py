from mcf.utils.rotations import euler_to_rotation, rotation_to_euler

from .age_error import age_errors, cumulative_score
from .attribute_accuracy import attribute_accuracy, mean_accuracy
from .by_group import GroupScores, by_group
from .ced import CurveScores, cumulative_error_curve, curve_scores
from .classification import accuracy, class_accuracies
from .face_scores import face_scores
from .head_pose import euler_errors, geodesic_errors
from .logistic import Logistic, fit_logistic, fit_logistic_cv
from .nearest import nearest
from .nme import box_length, nme, pair_distance
from .parsing_f1 import class_f1, confusion_matrix, foreground_mean
from .precision_recall import recall_at_precision
from .ridge import Ridge, fit_ridge, fit_ridge_cv, k_folds
from .verification import (
    PairScores,
    consecutive_folds,
    pair_scores,
    squared_distances,
)

__all__ = [
    "CurveScores",
    "GroupScores",
    "Logistic",
    "PairScores",
    "Ridge",
    "accuracy",
    "age_errors",
    "attribute_accuracy",
    "box_length",
    "by_group",
    "class_accuracies",
    "class_f1",
    "confusion_matrix",
    "consecutive_folds",
    "cumulative_error_curve",
    "cumulative_score",
    "curve_scores",
    "euler_errors",
    "euler_to_rotation",
    "face_scores",
    "fit_logistic",
    "fit_logistic_cv",
    "fit_ridge",
    "fit_ridge_cv",
    "foreground_mean",
    "geodesic_errors",
    "k_folds",
    "mean_accuracy",
    "nearest",
    "nme",
    "pair_distance",
    "pair_scores",
    "recall_at_precision",
    "rotation_to_euler",
    "squared_distances",
]
