"""Checkpoints: every key map, loading that refuses what does not fit, safe writing."""

from .allocation import AllocationLimit, check_positions
from .backbone import stated_heads
from .declared_network import declared_network
from .formats import FORMATS, Format
from .key_maps import (
    backbone_config,
    detect_format,
    dropped_names,
    find_prefix,
    from_mmpretrain,
    other_encoders,
    to_mmpretrain,
)
from .loading import backbone_state, load_backbone, load_state, load_strict
from .reading import CheckpointFile, read_state, resolve_checkpoint
from .released_mcf import released_mcf_state, released_name
from .saving import save_checkpoint

__all__ = [
    "FORMATS",
    "AllocationLimit",
    "CheckpointFile",
    "Format",
    "backbone_config",
    "backbone_state",
    "check_positions",
    "declared_network",
    "detect_format",
    "dropped_names",
    "find_prefix",
    "from_mmpretrain",
    "load_backbone",
    "load_state",
    "load_strict",
    "other_encoders",
    "read_state",
    "released_mcf_state",
    "released_name",
    "resolve_checkpoint",
    "save_checkpoint",
    "stated_heads",
    "to_mmpretrain",
]
