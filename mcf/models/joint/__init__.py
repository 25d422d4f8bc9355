from .efficientnet_pyramid import EfficientNetPyramid
from .landmarks_and_parts import LandmarksAndParts
from .top_down_fusion import TopDownFusion

__all__ = ["EfficientNetPyramid", "LandmarksAndParts", "TopDownFusion"]
