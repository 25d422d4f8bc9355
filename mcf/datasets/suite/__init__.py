"""Labelled faces of global tasks: age, attributes, expression, pose, identity."""

from .base import FaceTaskDataset, SuiteDataset
from .image_places import ImagePlaces
from .lfw import LFWPairs
from .pairs import FacePairDataset, FacePairs, PairRecord
from .record import FaceRecord, decade
from .task import Task
from .utkface import UTKFace

__all__ = [
    "FacePairDataset",
    "FacePairs",
    "FaceRecord",
    "FaceTaskDataset",
    "ImagePlaces",
    "LFWPairs",
    "PairRecord",
    "SuiteDataset",
    "Task",
    "UTKFace",
    "decade",
]
