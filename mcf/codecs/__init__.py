"""Keypoint codecs for mmpose; importing needs mmpose."""

from .normalised_points import NormalisedPoints
from .registry import KEYPOINT_CODECS

__all__ = ["KEYPOINT_CODECS", "NormalisedPoints"]
