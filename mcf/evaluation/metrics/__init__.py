from .face_task_metric import FaceTaskMetric
from .joint_evaluator import JointEvaluator
from .landmark_metric import LandmarkMetric
from .parsing_metric import ParsingMetric

__all__ = ["FaceTaskMetric", "JointEvaluator", "LandmarkMetric", "ParsingMetric"]
