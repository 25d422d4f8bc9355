from .landmark_metric import LandmarkMetric
from .parsing_metric import ParsingMetric

__all__ = ["LandmarkMetric", "ParsingMetric"]
