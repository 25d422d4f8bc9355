from .mobilefacenet import MobileFaceNet
from .torchvision import torchvision_model

__all__ = ["MobileFaceNet", "torchvision_model"]
