from .feature_distance import FeatureDistanceLoss, feature_distance
from .info_nce import info_nce

__all__ = ["FeatureDistanceLoss", "feature_distance", "info_nce"]
