"""Earlier place of :mod:`mcf.inference`; its public names still work."""

from mcf.inference import *  # noqa: F403
from mcf.inference import __all__  # noqa: F401
