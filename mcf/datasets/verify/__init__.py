from .report import Count, SplitReport, render
from .verify import known_sets, verify

__all__ = ["Count", "SplitReport", "known_sets", "render", "verify"]
