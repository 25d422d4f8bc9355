"""The public names of the toolkit; each is imported when it is asked for."""

from mcf.utils.lazy import lazy_names

_HOMES = {
    "FaceInferencer": "mcf.inference",
    "FaceResult": "mcf.inference",
    "FrozenBackbone": "mcf.models.frozen_backbone",
    "LandmarkFaces": "mcf.probing.landmark_faces",
    "ProbeReport": "mcf.probing.ridge_probe",
    "ProbeScore": "mcf.probing.ridge_probe",
    "OneEuro": "mcf.inference",
    "TrackSettings": "mcf.inference",
    "VideoFrame": "mcf.inference",
    "draw_synthetic": "mcf.probing.landmark_faces",
    "extract_features": "mcf.models.frozen_backbone",
    "extract_taps": "mcf.models.frozen_backbone",
    "finetune": "mcf.engine.finetune",
    "get_model": "mcf.inference",
    "landmark_probe": "mcf.probing.ridge_probe",
    "list_models": "mcf.utils.configs",
    "load_backbone_model": "mcf.models.backbone_loaders",
    "load_backbone_of_run": "mcf.models.backbone_loaders",
    "probe_backbone": "mcf.probing.ridge_probe",
    "read_faces": "mcf.inspection.reconstruct",
    "reconstruct_images": "mcf.inspection.reconstruct",
    "train": "mcf.engine.train",
    "untrained_copy": "mcf.models.backbone_loaders",
    "write_report": "mcf.report",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
