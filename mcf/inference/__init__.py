from mcf.crops.label_region import LabelRegion
from mcf.crops.rule import Crop, CropRule

from .inferencer import FaceInferencer
from .loading import get_model, list_models
from .models import AttributeModel, EmbeddingModel, LandmarkModel, ParsingModel
from .photos import read_photos
from .result import Attributes, FaceResult, Landmarks, Parsing

__all__ = [
    "AttributeModel",
    "Attributes",
    "Crop",
    "CropRule",
    "EmbeddingModel",
    "FaceInferencer",
    "FaceResult",
    "LabelRegion",
    "LandmarkModel",
    "Landmarks",
    "Parsing",
    "ParsingModel",
    "get_model",
    "list_models",
    "read_photos",
]
