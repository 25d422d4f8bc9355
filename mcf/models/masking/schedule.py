"""Mask ratio that changes over a run."""

import math

from mmengine.logging import MessageHub

from mcf.registry import MODELS

CURVES = {
    "linear": lambda progress: progress,
    "cosine": lambda progress: (1 - math.cos(math.pi * progress)) / 2,
}


def scheduled_ratio(progress: float, start: float, end: float, curve: str) -> float:
    """Ratio at a point of the run, from ``start`` at 0 to ``end`` at 1."""
    return start + (end - start) * CURVES[curve](progress)


@MODELS.register_module()
class RatioSchedule:
    """Ratio that goes from another one to that of the strategy over a part of the run.

    It depends on the iteration alone, so a resumed run equals one never stopped.

    Args:
        start: Ratio at the first iteration.
        until: Share of the run after which the ratio is the strategy's own.
        curve: ``linear``, or ``cosine``, which is slow at both ends.

    Raises:
        ValueError: If a number is out of range or the curve is unknown.
    """

    def __init__(
        self, start: float, *, until: float = 1.0, curve: str = "linear"
    ) -> None:
        if not 0 <= start < 1:
            raise ValueError(f"start={start} must lie in [0, 1)")
        if not 0 < until <= 1:
            raise ValueError(f"until={until} must lie in (0, 1]: a share of the run")
        if curve not in CURVES:
            raise ValueError(f"curve={curve!r} is not one of {list(CURVES)}")
        self.start = start
        self.until = until
        self.curve = curve

    def now(self, end: float) -> float:
        """Ratio at the current iteration of the runner.

        Args:
            end: Ratio from the end of the schedule on.

        Raises:
            ValueError: If no runner has said how long the run is.
        """
        hub = MessageHub.get_current_instance()
        max_iters = hub.get_info("max_iters")
        if not max_iters:
            raise ValueError(
                "a ratio schedule needs the length of the run: train with MMEngine's "
                "Runner, or leave the schedule out"
            )
        progress = min((hub.get_info("iter") or 0) / (max_iters * self.until), 1.0)
        return scheduled_ratio(progress, self.start, end, self.curve)
