"""Replays recordings of the released code on ours and compares the numbers."""

from .check import Check, relative_difference
from .farl_downstream import replay_farl_downstream
from .farl_models import replay_farl_models
from .mcf_step import replay_mcf_step

REPLAYS = {
    "farl_downstream": replay_farl_downstream,
    "farl_models": replay_farl_models,
    "mcf_step": replay_mcf_step,
}

__all__ = [
    "REPLAYS",
    "Check",
    "relative_difference",
    "replay_farl_downstream",
    "replay_farl_models",
    "replay_mcf_step",
]
