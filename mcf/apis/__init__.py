from .features import (
    FrozenBackbone,
    extract_features,
    extract_taps,
    load_backbone_model,
    load_backbone_of_run,
    untrained_copy,
)
from .finetune import finetune
from .inference import FaceInferencer, FaceResult, get_model, list_models
from .probe import ProbeReport, ProbeScore, landmark_probe, probe_backbone
from .probe_data import LandmarkFaces, draw_synthetic
from .reconstruct import read_faces, reconstruct_images
from .report import write_report

__all__ = [
    "FaceInferencer",
    "FaceResult",
    "FrozenBackbone",
    "LandmarkFaces",
    "ProbeReport",
    "ProbeScore",
    "draw_synthetic",
    "extract_features",
    "extract_taps",
    "finetune",
    "get_model",
    "landmark_probe",
    "list_models",
    "load_backbone_model",
    "load_backbone_of_run",
    "probe_backbone",
    "read_faces",
    "reconstruct_images",
    "untrained_copy",
    "write_report",
]
