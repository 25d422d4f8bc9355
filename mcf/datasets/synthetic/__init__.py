"""Synthetic faces with exact landmarks and parsing masks."""

from .face import SyntheticFace, draw_face, render_face
from .labels import Label
from .parameters import FaceParameters
from .sampling import sample_parameters
from .store import SPLITS, SyntheticFaceStore, split_seed

__all__ = [
    "SPLITS",
    "FaceParameters",
    "Label",
    "SyntheticFace",
    "SyntheticFaceStore",
    "draw_face",
    "render_face",
    "sample_parameters",
    "split_seed",
]
