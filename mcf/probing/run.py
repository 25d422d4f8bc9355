"""Several probes of one backbone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import torch
from mmengine.config import Config

from mcf.models.frozen_backbone import FrozenBackbone
from mcf.registry import PROBES


class Probe(Protocol):
    """Scores of frozen features, from faces that the probe keeps to itself."""

    def __call__(
        self, backbone: FrozenBackbone, *, device: str | torch.device = "cpu"
    ) -> dict[str, float]:
        """Scores by name; the same backbone gives the same scores."""
        ...


def build_probes(configs: Sequence[dict]) -> list[Probe]:
    """Probes of their configs.

    Raises:
        ValueError: If there is none.
    """
    if not configs:
        raise ValueError("no probe to run; name at least one, e.g. mcf.LandmarkProbe")
    return [PROBES.build(config) for config in configs]


def load_probes(path: str | Path) -> list[Probe]:
    """Probes of a file of ``configs/probing/``.

    Raises:
        ValueError: If the file has no list ``probes``.
    """
    config = Config.fromfile(path)
    if not config.get("probes"):
        raise ValueError(f"{path} has no list `probes`; see configs/probing/")
    return build_probes(config.probes)


def run_probes(
    probes: Sequence[Probe],
    backbone: FrozenBackbone,
    *,
    device: str | torch.device = "cpu",
) -> dict[str, float]:
    """Scores of all probes.

    Raises:
        ValueError: If two probes give scores of the same name.
    """
    scores: dict[str, float] = {}
    for probe in probes:
        found = probe(backbone, device=device)
        twice = scores.keys() & found.keys()
        if twice:
            raise ValueError(f"two probes give {sorted(twice)}; name them by `prefix`")
        scores |= found
    return scores
