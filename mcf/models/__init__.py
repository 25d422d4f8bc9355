"""Networks, losses and the pre-training algorithm; importing registers them."""

from . import (
    backbones,
    heads,
    joint,
    losses,
    masking,
    necks,
    selfsup,
    targets,
    teachers,
)

__all__ = [
    "backbones",
    "heads",
    "joint",
    "losses",
    "masking",
    "necks",
    "selfsup",
    "targets",
    "teachers",
]
