"""A small, fixed protocol that tells which part of a pre-training helps.

Arms (configs in ``configs/``) are pre-trained for an equal budget on the same faces and
evaluated alike, for several seeds. Each piece of work ends in one JSON file, so
whatever is killed goes on where it stopped.
"""

from .arms import Arm, load_arm
from .protocol import Protocol, load_protocol
from .results import Result, read_results
from .run import MiniBenchmark

__all__ = [
    "Arm",
    "MiniBenchmark",
    "Protocol",
    "Result",
    "load_arm",
    "load_protocol",
    "read_results",
]
