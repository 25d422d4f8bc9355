"""Evaluation of a backbone: one table of all kinds of face task.

A ring is a config of rows (``configs/benchmark/``); a row is a data set, what is asked
of it and what others have published. :class:`Benchmark` does every row once.
"""

from .compare import compare_submissions
from .encoder import Encoder
from .open_encoder import open_encoder
from .page import write_page
from .row import Row, load_ring
from .run import Benchmark
from .submission import Submission, read_submission, write_submission

__all__ = [
    "Benchmark",
    "Encoder",
    "Row",
    "Submission",
    "compare_submissions",
    "load_ring",
    "open_encoder",
    "read_submission",
    "write_page",
    "write_submission",
]
