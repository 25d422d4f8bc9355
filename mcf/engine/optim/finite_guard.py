"""Guard that keeps non-finite losses away from the weights."""

from collections.abc import Callable

import torch
from mmengine import dist
from torch import Tensor


class NonFiniteLossError(FloatingPointError):
    """A loss was NaN or infinite."""


def finite_on_all_ranks(loss: Tensor) -> bool:
    """Whether ``loss`` is finite here and on every other rank (collective call)."""
    bad = (~torch.isfinite(loss.detach())).any().to(torch.float32)
    dist.all_reduce(bad)
    return not bool(bad)


class FiniteGuard:
    """Mixin for MMEngine's optimiser wrappers: a non-finite loss is never applied.

    All ranks take the same decision, because one rank that skips its backward would
    leave the others waiting. Where ``on_non_finite`` is set (``mcf.NonFiniteLossHook``
    sets it) it is called with the loss; if it returns, the batch is skipped. Under
    gradient accumulation the whole group of micro-batches is dropped then: its earlier
    gradients are cleared, its later losses are not back-propagated, the optimiser does
    not step, and schedules go on as if it had. A group of fewer batches would have
    another gradient scale and other statistics.

    Attributes:
        on_non_finite: Called with a loss that is not finite on some rank.
    """

    on_non_finite: Callable[[Tensor], None] | None = None
    _dropping = False

    def update_params(
        self,
        loss: Tensor,
        step_kwargs: dict | None = None,
        zero_kwargs: dict | None = None,
    ) -> None:
        """Back-propagate and step as MMEngine does, if the loss is finite everywhere.

        Raises:
            NonFiniteLossError: If it is not, and nothing handles that.
        """
        if not finite_on_all_ranks(loss):
            if self.on_non_finite is None:
                raise NonFiniteLossError(
                    f"the loss is {loss.item()} on this rank and not finite on some; "
                    "add custom_hooks=[dict(type='mcf.NonFiniteLossHook')] to save "
                    "the batch"
                )
            self.on_non_finite(loss)
            self._dropping = True
        if not self._dropping:
            super().update_params(loss, step_kwargs, zero_kwargs)
            return
        self._inner_count += 1
        if self.should_update():
            self.zero_grad(**(zero_kwargs or {}))
            self._dropping = False
