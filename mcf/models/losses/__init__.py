from .coordinate_distance import coordinate_distance
from .feature_distance import FeatureDistanceLoss, feature_distance
from .info_nce import info_nce

__all__ = [
    "FeatureDistanceLoss",
    "coordinate_distance",
    "feature_distance",
    "info_nce",
]
