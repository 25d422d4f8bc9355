"""Probes: how much of a face's geometry can be read off frozen features.

A probe is called with a :class:`~mcf.apis.FrozenBackbone` and returns scores by name.
Configs name them (``dict(type="mcf.LandmarkProbe", ...)``), in ``configs/probing/`` and
for :class:`mcf.engine.ProbeHook`.
"""

from .landmarks import LandmarkProbe, landmark_faces
from .parts import PartsProbe
from .run import Probe, build_probes, load_probes, run_probes

__all__ = [
    "LandmarkProbe",
    "PartsProbe",
    "Probe",
    "build_probes",
    "landmark_faces",
    "load_probes",
    "run_probes",
]
