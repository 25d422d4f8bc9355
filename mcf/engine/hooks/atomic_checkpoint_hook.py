"""Checkpoints that survive a kill at any moment."""

from pathlib import Path

from mmengine.dist import is_main_process
from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from mcf.registry import HOOKS
from mcf.utils.atomic_file import write_atomically

_BACKEND = dict(backend="mcf_atomic")


def first_partial_save(*, interval: int, begin: int, counts: int) -> int | None:
    """First saved micro-batch inside an accumulation group, if any.

    Saves happen after ``begin + k * interval`` micro-batches, k = 0, 1, ...; groups
    end after multiples of ``counts``.
    """
    for step in range(begin or interval, begin + interval * counts + 1, interval):
        if step % counts:
            return step
    return None


@HOOKS.register_module()
class AtomicCheckpointHook(CheckpointHook):
    """MMEngine's checkpoint hook, safe against SIGKILL and power loss.

    - Each file is written under a temporary name, flushed and renamed, and so is
      ``last_checkpoint``: a half-written checkpoint never has a checkpoint's name.
    - A new checkpoint is complete before the oldest is deleted (MMEngine deletes
      first, so with ``max_keep_ckpts=1`` a kill could leave none).
    - Saving in the middle of gradient accumulation would lose the gradients
      collected so far; such an ``interval`` is refused before training.

    Args are those of :class:`mmengine.hooks.CheckpointHook`; only local folders are
    supported, hence no ``backend_args``.
    """

    def before_train(self, runner: Runner) -> None:
        """Check the settings, then prepare as MMEngine does.

        Raises:
            ValueError: If a setting is unknown, a file backend is set, or a save
                would fall into an accumulation group.
        """
        if self.args:
            raise ValueError(f"unknown settings of the checkpoint hook: {self.args}")
        if self.file_client_args is not None or self.backend_args not in (
            None,
            _BACKEND,
        ):
            raise ValueError(
                "AtomicCheckpointHook writes to local folders only; remove "
                "backend_args and file_client_args, or use MMEngine's CheckpointHook"
            )
        self.backend_args = _BACKEND
        self._check_accumulation(
            runner.optim_wrapper._accumulative_counts,
            iters_per_epoch=len(runner.train_dataloader),
        )
        super().before_train(runner)

    def _check_accumulation(self, counts: int, *, iters_per_epoch: int) -> None:
        unit = iters_per_epoch if self.by_epoch else 1
        saves = [(self.interval * unit, self.save_begin * unit)]
        if self.save_best:
            saves.append((iters_per_epoch, 0))
        for interval, begin in saves:
            if interval <= 0:
                continue
            step = first_partial_save(interval=interval, begin=begin, counts=counts)
            if step is not None:
                raise ValueError(
                    f"a checkpoint after iteration {step} would lose the gradients "
                    f"accumulated since iteration {step - step % counts} "
                    f"(accumulative_counts={counts}, {iters_per_epoch} iterations an "
                    "epoch). Save by iteration, by_epoch=False with interval and "
                    f"save_begin multiples of {counts}"
                )

    def _save_checkpoint_with_step(self, runner: Runner, step: int, meta: dict) -> None:
        """Save, point to the new file, delete what is too old: in this order."""
        expired = self._remember(runner, step)
        name = self.filename_tmpl.format(step)
        self.last_ckpt = self.file_backend.join_path(self.out_dir, name)
        runner.message_hub.update_info("last_ckpt", self.last_ckpt)
        runner.save_checkpoint(
            self.out_dir,
            name,
            save_optimizer=self.save_optimizer,
            save_param_scheduler=self.save_param_scheduler,
            meta=meta,
            by_epoch=self.by_epoch,
            backend_args=self.backend_args,
        )
        if is_main_process():
            write_atomically(
                self.last_ckpt.encode(), Path(runner.work_dir) / "last_checkpoint"
            )
            for old in expired:
                (Path(self.out_dir) / self.filename_tmpl.format(old)).unlink(
                    missing_ok=True
                )

    def _remember(self, runner: Runner, step: int) -> list[int]:
        """Note ``step`` as kept and return the steps whose files must go.

        The list saved in the checkpoint still has those: if the process dies before
        they are deleted, MMEngine's ``before_train`` deletes them on resuming.
        """
        if self.max_keep_ckpts <= 0:
            return []
        kept = [*(k for k in self.keep_ckpt_ids if k != step), step]
        runner.message_hub.update_info("keep_ckpt_ids", kept)
        self.keep_ckpt_ids.clear()
        self.keep_ckpt_ids.extend(kept[-self.max_keep_ckpts :])
        return kept[: -self.max_keep_ckpts]
