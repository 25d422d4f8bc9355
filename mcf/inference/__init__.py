"""Landmarks, parts and embeddings of the faces in photos.

Names are imported when they are asked for: exported networks run without PyTorch.
"""

from mcf.utils.lazy import lazy_names

_HOMES = {
    "AttributeModel": "mcf.inference.models",
    "Attributes": "mcf.inference.result",
    "Crop": "mcf.crops.rule",
    "CropRule": "mcf.crops.rule",
    "EmbeddingModel": "mcf.inference.models",
    "FaceInferencer": "mcf.inference.inferencer",
    "FaceResult": "mcf.inference.result",
    "JointModel": "mcf.inference.models",
    "LabelRegion": "mcf.crops.label_region",
    "LandmarkModel": "mcf.inference.models",
    "Landmarks": "mcf.inference.result",
    "LiveVideo": "mcf.inference.live",
    "OneEuro": "mcf.inference.smoothing",
    "Parsing": "mcf.inference.result",
    "ParsingModel": "mcf.inference.models",
    "TrackSettings": "mcf.inference.video",
    "VideoFrame": "mcf.inference.video",
    "get_model": "mcf.inference.loading",
    "list_models": "mcf.utils.configs",
    "open_onnx_model": "mcf.inference.onnx_models",
    "read_photos": "mcf.inference.photos",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
