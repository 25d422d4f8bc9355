"""Images per second in the log."""

import time
from collections import deque

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.registry import HOOKS


def batch_length(data_batch: dict) -> int:
    """Images in a batch of any host library; several views count as one image."""
    return len(data_batch.get("data_samples") or data_batch["inputs"])


@HOOKS.register_module()
class ThroughputHook(Hook):
    """Logs ``images_per_s``: images of all ranks over the time since the last batch.

    The average over the last ``window`` iterations, loading time included, validation
    excluded.

    Args:
        window: Iterations to average over.
    """

    priority = "NORMAL"  # before the logger

    def __init__(self, window: int = 50) -> None:
        self._batches: deque[tuple[int, float]] = deque(maxlen=window)

    def before_train_epoch(self, runner: Runner) -> None:
        """Start the clock."""
        self._last = time.perf_counter()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: dict | None = None,
    ) -> None:
        """Count the batch and publish the rate."""
        now = time.perf_counter()
        self._batches.append((batch_length(data_batch), now - self._last))
        self._last = now
        images, seconds = map(sum, zip(*self._batches))
        runner.message_hub.update_scalar(
            "train/images_per_s", images * runner.world_size / seconds
        )
