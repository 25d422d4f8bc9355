from .face_task_metric import FaceTaskMetric
from .landmark_metric import LandmarkMetric
from .parsing_metric import ParsingMetric

__all__ = ["FaceTaskMetric", "LandmarkMetric", "ParsingMetric"]
