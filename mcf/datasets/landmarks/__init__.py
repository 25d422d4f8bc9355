from .aflw19 import AFLW19
from .annotation import FaceAnnotation
from .base import FaceLandmarkDataset
from .cofw29 import COFW29
from .holdout import held_out
from .ibug300w import IBUG300W
from .landmark_file import LandmarkFile
from .lapa106 import LaPa106
from .synthetic import SyntheticLandmarks
from .wflw98 import WFLW98

__all__ = [
    "AFLW19",
    "COFW29",
    "IBUG300W",
    "WFLW98",
    "FaceAnnotation",
    "FaceLandmarkDataset",
    "LaPa106",
    "LandmarkFile",
    "SyntheticLandmarks",
    "held_out",
]
