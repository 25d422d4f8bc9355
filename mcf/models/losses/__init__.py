from .age import (
    age_distribution,
    coral_loss,
    coral_rank,
    distribution_loss,
    expected_age,
)
from .class_balance import balanced_weights
from .coordinate_distance import coordinate_distance
from .feature_distance import FeatureDistanceLoss, feature_distance
from .info_nce import info_nce
from .rotation import geodesic_loss, rotation_of_six
from .smooth_feature import SmoothFeatureLoss, smooth_feature_distance

__all__ = [
    "FeatureDistanceLoss",
    "SmoothFeatureLoss",
    "age_distribution",
    "balanced_weights",
    "coordinate_distance",
    "coral_loss",
    "coral_rank",
    "distribution_loss",
    "expected_age",
    "feature_distance",
    "geodesic_loss",
    "info_nce",
    "rotation_of_six",
    "smooth_feature_distance",
]
