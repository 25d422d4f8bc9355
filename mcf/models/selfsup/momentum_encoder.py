"""Exponential moving average of an encoder."""

import math

import torch
from mmengine.logging import MessageHub
from mmengine.model import BaseAveragedModel
from torch import nn


def cosine_momentum(step: int, max_steps: int, start: float, end: float) -> float:
    """Momentum that moves from ``start`` to ``end`` along half a cosine (MoCo v3)."""
    return end - (end - start) * (math.cos(math.pi * step / max_steps) + 1) / 2


class MomentumEncoder(BaseAveragedModel):
    """Slowly following copy of an encoder that makes the contrastive keys.

    ``momentum`` is the share that the copy keeps (0.99 as released), which is one
    minus MMEngine's number of that name. The first update copies, so the follower
    starts from whatever weights the encoder was given. Released behaviour and
    deviations (protocol §1.4): the released code updates at every micro-batch, with
    constant momentum, parameters only.

    Args:
        model: The encoder to follow.
        momentum: Share kept at each update, in [0, 1].
        end_momentum: Where a cosine schedule over the run ends; constant if None.
        interval: Micro-batches between updates. With gradient accumulation, its
            number of micro-batches gives one update per optimiser step.
        average_buffers: Whether floating-point buffers (BatchNorm statistics) follow
            too; otherwise the follower keeps its own.

    Raises:
        ValueError: If a number is out of range.
    """

    def __init__(
        self,
        model: nn.Module,
        *,
        momentum: float = 0.99,
        end_momentum: float | None = None,
        interval: int = 1,
        average_buffers: bool = False,
    ) -> None:
        for name, value in (("momentum", momentum), ("end_momentum", end_momentum)):
            if value is not None and not 0 <= value <= 1:
                raise ValueError(f"{name}={value} must lie in [0, 1]")
        if interval < 1:
            raise ValueError(f"interval={interval} must be at least 1 micro-batch")
        super().__init__(model, interval=interval)
        self.avg_parameters = {}  # would hold whole weights besides their shards
        self.momentum = momentum
        self.end_momentum = end_momentum
        self.average_buffers = average_buffers

    def current_momentum(self) -> float:
        """Momentum of the next update.

        Raises:
            ValueError: If a schedule is set and no runner has said how long the run
                is.
        """
        if self.end_momentum is None:
            return self.momentum
        hub = MessageHub.get_current_instance()
        max_steps = hub.get_info("max_iters")
        if not max_steps:
            raise ValueError(
                "end_momentum needs the length of the run: train with MMEngine's "
                "Runner, or use a constant momentum (end_momentum=None)"
            )
        step = hub.get_info("iter") or 0
        return cosine_momentum(step, max_steps, self.momentum, self.end_momentum)

    @torch.no_grad()
    def update_parameters(self, model: nn.Module) -> None:
        """Move towards ``model``, if this micro-batch is one that updates."""
        step = int(self.steps)
        if step == 0:
            self.module.load_state_dict(model.state_dict())
        elif step % self.interval == 0:
            followers, leaders = self._tensors(self.module), self._tensors(model)
            momentum = self.current_momentum()
            torch._foreach_mul_(followers, momentum)
            torch._foreach_add_(followers, leaders, alpha=1 - momentum)
        self.steps += 1

    def _tensors(self, module: nn.Module) -> list[torch.Tensor]:
        tensors = list(module.parameters())
        if self.average_buffers:
            tensors += [b for b in module.buffers() if b.is_floating_point()]
        return tensors
