"""The part of a training split kept away from training, for model selection."""

import hashlib
from collections.abc import Iterable


def held_out(photos: Iterable[str], share: float, *, seed: int) -> frozenset[str]:
    """The photos held out: a pure function of their names, share and seed.

    Each name is hashed with the seed and the lowest hashes are taken, so neither the
    order nor the machine matters, and a larger share holds out the same and more.

    Args:
        photos: Names; repetitions count once.
        share: Of the photos, between 0 and 1; rounded, at least one photo.
        seed: Chooses another set.

    Raises:
        ValueError: If the share leaves nothing on one of the sides.
    """
    distinct = set(photos)
    size = max(1, round(share * len(distinct)))
    if not 0 < share < 1 or size >= len(distinct):
        raise ValueError(
            f"holdout={share} of {len(distinct)} photos leaves nothing to train or "
            "nothing to validate with; choose a share between 0 and 1"
        )
    return frozenset(sorted(distinct, key=lambda name: _digest(name, seed))[:size])


def _digest(name: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed}/{name}".encode()).digest()
