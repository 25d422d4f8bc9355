from mcf.models.timm_model import timm_model

from .efficientnet_lite import EfficientNetLite0
from .mobilefacenet import MobileFaceNet
from .taps import check_taps, tap_features
from .torchvision import torchvision_model

__all__ = [
    "EfficientNetLite0",
    "MobileFaceNet",
    "check_taps",
    "tap_features",
    "timm_model",
    "torchvision_model",
]
