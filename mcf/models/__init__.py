"""Networks, losses and the pre-training algorithm; importing registers them."""

from . import backbones, heads, losses, masking, necks, selfsup, targets, teachers

__all__ = [
    "backbones",
    "heads",
    "losses",
    "masking",
    "necks",
    "selfsup",
    "targets",
    "teachers",
]
