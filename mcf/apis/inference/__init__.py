from .result import FaceResult, LabelRegion, Landmarks, Parsing

__all__ = ["FaceResult", "LabelRegion", "Landmarks", "Parsing"]
