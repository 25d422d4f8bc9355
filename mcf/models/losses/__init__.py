from .coordinate_distance import coordinate_distance
from .feature_distance import FeatureDistanceLoss, feature_distance
from .info_nce import info_nce
from .smooth_feature import SmoothFeatureLoss, smooth_feature_distance

__all__ = [
    "FeatureDistanceLoss",
    "SmoothFeatureLoss",
    "coordinate_distance",
    "feature_distance",
    "info_nce",
    "smooth_feature_distance",
]
