"""Segmentors; they need mmsegmentation and are imported by ``mcf.parsing``."""

from .face_parser import FaceParser

__all__ = ["FaceParser"]
