"""What happens when a loss is NaN or infinite."""

from functools import partial
from pathlib import Path

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn

from mcf.engine.optim import FiniteGuard, NonFiniteLossError
from mcf.engine.plain import to_plain
from mcf.engine.running_model import unwrapped, whole_state_dict
from mcf.registry import HOOKS
from mcf.utils.atomic_file import save_atomically


@HOOKS.register_module()
class NonFiniteLossHook(Hook):
    """Stops at a non-finite loss, or skips a bounded number, and saves the batch.

    Every rank writes ``<work_dir>/non_finite_iter_N.pth`` (``..._rankR.pth`` from rank
    1 on) with ``batch``, ``losses``, ``loss``, ``state_dict``, ``seed``, ``rank`` and
    ``iter``. The weights are those of before the step; what the forward pass itself
    moved (momentum encoder, BatchNorm statistics) is as that pass left it. To see the
    loss again::

        record = load_file("work_dirs/RUN/non_finite_iter_N.pth")
        model = MODELS.build(cfg.model)
        model.load_state_dict(record["state_dict"])
        seed_iteration(record["seed"], rank=record["rank"], iteration=record["iter"])
        data = model.data_preprocessor(record["batch"], True)
        print(model(**data, mode="loss"))

    Skipping drops the whole accumulation group (see ``FiniteGuard``) and puts buffers
    that became non-finite back to their values of before the batch. The number of
    skips is kept in checkpoints.

    Args:
        max_skips: Non-finite batches to skip in the whole run before it stops.

    Raises:
        ValueError: If ``max_skips`` is negative.
    """

    priority = "LOW"

    def __init__(self, max_skips: int = 0) -> None:
        if max_skips < 0:
            raise ValueError(f"max_skips={max_skips} must not be negative")
        self.max_skips = max_skips
        self._batch: object = None
        self._losses: dict[str, Tensor | list[Tensor]] = {}
        self._buffers: dict[str, Tensor] = {}

    def before_train(self, runner: Runner) -> None:
        """Listen to the optimiser wrapper and to the model's losses.

        Raises:
            ValueError: If the optimiser wrapper has no guard.
        """
        if not isinstance(runner.optim_wrapper, FiniteGuard):
            raise ValueError(
                f"{type(runner.optim_wrapper).__name__} does not check losses; use "
                "optim_wrapper=dict(type='mcf.OptimWrapper') or 'mcf.AmpOptimWrapper'"
            )
        model = unwrapped(runner.model)
        runner.optim_wrapper.on_non_finite = partial(self._handle, runner, model)
        self._handle_of_losses = model.register_forward_hook(self._remember_losses)

    def after_train(self, runner: Runner) -> None:
        """Leave the model as it was."""
        self._handle_of_losses.remove()

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: object = None
    ) -> None:
        """Hold what a report or a skip may need."""
        self._batch = data_batch
        if self.max_skips:
            buffers = unwrapped(runner.model).named_buffers()
            self._buffers = {
                name: buffer.clone()
                for name, buffer in buffers
                if buffer.is_floating_point()
            }

    def _remember_losses(self, model: nn.Module, inputs: tuple, output: object) -> None:
        if isinstance(output, dict):
            self._losses = {
                name: value.detach()
                if isinstance(value, Tensor)
                else [item.detach() for item in value]
                for name, value in output.items()
            }

    def _handle(self, runner: Runner, model: nn.Module, loss: Tensor) -> None:
        path = self._save(runner, model, loss)
        hub = runner.message_hub
        skips = hub.get_info("non_finite_skips", 0)
        losses = {name: _summed(value) for name, value in self._losses.items()}
        report = (
            f"iteration {runner.iter}: a loss is not finite on some rank; here "
            f"{losses}. The batch is in {path}"
        )
        if skips >= self.max_skips:
            raise NonFiniteLossError(
                f"{report}. {skips} batches were skipped before "
                f"(max_skips={self.max_skips})"
            )
        hub.update_info("non_finite_skips", skips + 1)
        for name, buffer in model.named_buffers():
            if name in self._buffers and not torch.isfinite(buffer).all():
                buffer.copy_(self._buffers[name])
        runner.logger.warning(
            f"{report}. Skipped, {skips + 1} of at most {self.max_skips}"
        )

    def _save(self, runner: Runner, model: nn.Module, loss: Tensor) -> Path:
        suffix = f"_rank{runner.rank}" if runner.rank else ""
        path = Path(runner.work_dir) / f"non_finite_iter_{runner.iter}{suffix}.pth"
        record = dict(
            batch=self._batch,
            losses=self._losses,
            loss=loss,
            state_dict=whole_state_dict(model),
            seed=runner.seed,
            rank=runner.rank,
            iter=runner.iter,
        )
        save_atomically(to_plain(record), path)
        return path


def _summed(value: Tensor | list[Tensor]) -> float:
    values = [value] if isinstance(value, Tensor) else value
    return float(sum(item.mean() for item in values))
