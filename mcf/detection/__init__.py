from .base import Detector, Finder
from .boxes_file import BoxesFromFile, build_box_index
from .cropped import AlreadyCropped
from .retinaface import RetinaFace

DETECTORS = {
    "boxes": BoxesFromFile,
    "cropped": AlreadyCropped,
    "retinaface": RetinaFace,
}
"""Detectors by the name that job files use."""

__all__ = [
    "DETECTORS",
    "AlreadyCropped",
    "BoxesFromFile",
    "Detector",
    "Finder",
    "RetinaFace",
    "build_box_index",
]
