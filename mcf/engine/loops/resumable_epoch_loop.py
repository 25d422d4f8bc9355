"""Epoch loop that can be resumed in the middle of an epoch."""

from mmengine.runner import EpochBasedTrainLoop, Runner
from torch import nn
from torch.utils.data import DataLoader

from mcf.registry import LOOPS


@LOOPS.register_module()
class ResumableEpochLoop(EpochBasedTrainLoop):
    """MMEngine's epoch loop, but a resumed run starts at the batch it stopped before.

    MMEngine repeats an interrupted epoch from its first batch. Here the sampler is
    told through ``set_start(n)`` that this rank has consumed ``n`` samples of the
    epoch, so nothing is loaded twice, and hooks see the true ``batch_idx``. The
    sampler's length must stay that of the whole epoch; ``mcf.SeededSampler`` meets
    all this. Together with ``mcf.SeedIterationHook`` a resumed run equals one that
    was never stopped.

    Args and attributes are those of :class:`mmengine.runner.EpochBasedTrainLoop`.

    Raises:
        ValueError: If there are fewer samples than a batch needs.
    """

    def __init__(
        self,
        runner: Runner,
        dataloader: DataLoader | dict,
        max_epochs: int,
        val_begin: int = 1,
        val_interval: int = 1,
        dynamic_intervals: list[tuple[int, int]] | None = None,
    ) -> None:
        super().__init__(
            runner, dataloader, max_epochs, val_begin, val_interval, dynamic_intervals
        )
        if not len(self.dataloader):
            raise ValueError(_too_few(self.dataloader, runner.world_size))
        self._built_with_seed = runner.seed

    def run(self) -> nn.Module:
        """Train until the last epoch.

        Raises:
            ValueError: If a checkpoint was resumed that this run cannot continue
                exactly: another seed, or another number of batches an epoch.
        """
        if self.runner.seed != self._built_with_seed:
            raise ValueError(
                f"the checkpoint was trained with seed {self.runner.seed}, the data "
                f"of this run are ordered by seed {self._built_with_seed}. Resume "
                f"with --cfg-options randomness.seed={self.runner.seed}"
            )
        if not 0 <= self._next_batch() <= len(self.dataloader):
            raise ValueError(
                f"iteration {self._iter} of the checkpoint does not lie in epoch "
                f"{self._epoch} of {len(self.dataloader)} batches: it was trained "
                "with another data set, batch size or number of processes. Resume "
                "with the same, or start a new run from its weights with load_from"
            )
        return super().run()

    def run_epoch(self) -> None:
        """Run the rest of the current epoch."""
        self.runner.call_hook("before_train_epoch")
        self.runner.model.train()
        start = self._next_batch()
        # A checkpoint of an epoch's last batch leaves only the epoch's end to do.
        if start < len(self.dataloader):
            self._seek(start)
            for batch_idx, data_batch in enumerate(self.dataloader, start):
                self.run_iter(batch_idx, data_batch)
        self.runner.call_hook("after_train_epoch")
        self._epoch += 1

    def _next_batch(self) -> int:
        return self._iter - self._epoch * len(self.dataloader)

    def _seek(self, batch: int) -> None:
        """Let the sampler start at ``batch``; after MMEngine's hook set its epoch."""
        batches = self.dataloader.batch_sampler
        sampler = getattr(batches, "sampler", None)
        if hasattr(sampler, "set_start"):
            sampler.set_start(batch * batches.batch_size)
        elif batch:
            raise ValueError(
                f"cannot resume at batch {batch}: the sampler "
                f"{type(sampler).__name__} has no set_start. Use "
                "sampler=dict(type='mcf.SeededSampler'), or resume from a checkpoint "
                "of a whole epoch"
            )


def _too_few(dataloader: DataLoader, processes: int) -> str:
    size = getattr(dataloader.batch_sampler, "batch_size", None)
    shared = f" in each of {processes} processes" if processes > 1 else ""
    return (
        f"the training data have {len(dataloader.dataset)} faces, too few for one "
        f"batch of {size}{shared}, and incomplete batches are left out. Add faces, or "
        "make batches smaller: --cfg-options train_dataloader.batch_size=N"
    )
