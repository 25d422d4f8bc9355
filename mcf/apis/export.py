"""Earlier place of :mod:`mcf.export`; its public names still work."""

from mcf.export import *  # noqa: F403
from mcf.export import __all__  # noqa: F401
