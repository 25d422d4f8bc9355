"""Replays recordings of the released code on ours and compares the numbers."""

from pathlib import Path

from .check import Check, relative_difference
from .farl_downstream import replay_farl_downstream
from .farl_models import replay_farl_models
from .mcf_step import replay_mcf_step

REPLAYS = {
    "farl_downstream": replay_farl_downstream,
    "farl_models": replay_farl_models,
    "mcf_step": replay_mcf_step,
}
RECORDINGS = Path(__file__).parent / "recordings"
"""Those that are part of the repository."""

__all__ = [
    "RECORDINGS",
    "REPLAYS",
    "Check",
    "relative_difference",
    "replay_farl_downstream",
    "replay_farl_models",
    "replay_mcf_step",
]
