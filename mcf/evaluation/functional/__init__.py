from .ced import CurveScores, cumulative_error_curve, curve_scores
from .nearest import nearest
from .nme import box_length, nme, pair_distance
from .parsing_f1 import class_f1, confusion_matrix, foreground_mean
from .ridge import Ridge, fit_ridge, fit_ridge_cv, k_folds

__all__ = [
    "CurveScores",
    "Ridge",
    "box_length",
    "class_f1",
    "confusion_matrix",
    "cumulative_error_curve",
    "curve_scores",
    "fit_ridge",
    "fit_ridge_cv",
    "foreground_mean",
    "k_folds",
    "nearest",
    "nme",
    "pair_distance",
]
