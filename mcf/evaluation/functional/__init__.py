from .nme import nme, pair_distance
from .ridge import Ridge, fit_ridge, fit_ridge_cv, k_folds

__all__ = ["Ridge", "fit_ridge", "fit_ridge_cv", "k_folds", "nme", "pair_distance"]
