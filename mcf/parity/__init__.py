"""Replays recordings of the released code on ours and compares the numbers."""

from .check import Check, relative_difference
from .mcf_step import replay_mcf_step

REPLAYS = {"mcf_step": replay_mcf_step}

__all__ = ["REPLAYS", "Check", "relative_difference", "replay_mcf_step"]
