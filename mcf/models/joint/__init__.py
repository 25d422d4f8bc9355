from .efficientnet_pyramid import EfficientNetPyramid
from .landmarks_and_parts import LandmarksAndParts
from .shared_backbone import GivenFeatures, SharedBackbone
from .top_down_fusion import TopDownFusion

__all__ = [
    "EfficientNetPyramid",
    "GivenFeatures",
    "LandmarksAndParts",
    "SharedBackbone",
    "TopDownFusion",
]
