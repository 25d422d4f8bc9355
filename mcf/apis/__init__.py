"""The public names of the toolkit; each is imported when it is asked for."""

from importlib import import_module

_HOMES = {
    "FaceInferencer": "mcf.inference",
    "FaceResult": "mcf.inference",
    "FrozenBackbone": "mcf.models.frozen_backbone",
    "LandmarkFaces": "mcf.probing.landmark_faces",
    "ProbeReport": "mcf.probing.ridge_probe",
    "ProbeScore": "mcf.probing.ridge_probe",
    "draw_synthetic": "mcf.probing.landmark_faces",
    "extract_features": "mcf.models.frozen_backbone",
    "extract_taps": "mcf.models.frozen_backbone",
    "finetune": "mcf.engine.finetune",
    "get_model": "mcf.inference",
    "landmark_probe": "mcf.probing.ridge_probe",
    "list_models": "mcf.inference",
    "load_backbone_model": "mcf.models.frozen_backbone",
    "load_backbone_of_run": "mcf.models.frozen_backbone",
    "probe_backbone": "mcf.probing.ridge_probe",
    "read_faces": "mcf.inspection.reconstruct",
    "reconstruct_images": "mcf.inspection.reconstruct",
    "untrained_copy": "mcf.models.frozen_backbone",
    "write_report": "mcf.report",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    """Return a public name from the module that it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return __all__
