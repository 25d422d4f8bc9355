"""Open toolkit for face representation learning with Mask Contrastive Face."""

from mcf import compat
from mcf.version import __version__

compat.activate()

__all__ = ["__version__"]
