from mcf.models.timm_model import timm_model

from .cached import CachedTeacher
from .efficientnet_lite import EfficientNetLite0
from .mobilefacenet import MobileFaceNet
from .several import SeveralTeachers
from .taps import check_taps, tap_features
from .torchvision import torchvision_model

__all__ = [
    "CachedTeacher",
    "EfficientNetLite0",
    "MobileFaceNet",
    "SeveralTeachers",
    "check_taps",
    "tap_features",
    "timm_model",
    "torchvision_model",
]
