"""Segmentors on mmsegmentation, and what they ask of a pipeline."""

from .face_parser import FaceParser
from .pack_face_parsing import PackFaceParsing

__all__ = ["FaceParser", "PackFaceParsing"]
