"""Synthetic faces with exact landmarks and parsing masks."""

from .face import SyntheticFace, draw_face, render_face
from .labels import Label
from .parameters import FaceParameters
from .sampling import sample_parameters

__all__ = [
    "FaceParameters",
    "Label",
    "SyntheticFace",
    "draw_face",
    "render_face",
    "sample_parameters",
]
