"""Reports of runs."""

from .run import Run, read_run
from .write import write_report

__all__ = ["Run", "read_run", "write_report"]
