"""What a run costs, counted over all its resumptions."""

import copy
import time

import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from mcf.engine.hooks.attention_hook import networks_of
from mcf.engine.hooks.throughput_hook import batch_length
from mcf.engine.running_model import unwrapped
from mcf.models.attention import set_attention
from mcf.registry import HOOKS

COUNTED = 4


@HOOKS.register_module()
class CostHook(Hook):
    """Counts ``cost`` in the message hub: FLOPs, images, wall and processor time.

    ``flops_per_image`` are those of one training step (forward, backward; matrix
    products and convolutions), counted by PyTorch on a copy of the model. ``images``,
    ``wall_s`` and ``cpu_s`` (of the main process) add up over the iterations, without
    waiting for data, validation, probes and checkpoints; they are saved with the
    checkpoint, so work that a kill made void is not in them.
    """

    priority = "VERY_HIGH"

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict | None = None
    ) -> None:
        """Count the first batch; start the clocks."""
        if runner.message_hub.get_info("cost") is None:
            flops = flops_per_image(unwrapped(runner.model), data_batch)
            cost = dict(flops_per_image=flops, images=0, wall_s=0.0, cpu_s=0.0)
            runner.message_hub.update_info("cost", cost)
        self._start = time.perf_counter(), time.process_time()

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: dict | None = None,
    ) -> None:
        """Add the iteration."""
        cost = runner.message_hub.get_info("cost")
        cost["images"] += batch_length(data_batch) * runner.world_size
        cost["wall_s"] += time.perf_counter() - self._start[0]
        cost["cpu_s"] += time.process_time() - self._start[1]
        runner.message_hub.update_info("cost", cost)


def flops_per_image(model: nn.Module, data_batch: dict) -> float:
    """Floating-point operations of a training step per image.

    Args:
        model: An algorithm; it is copied.
        data_batch: Of its data loader; the first images are used.
    """
    copied = copy.deepcopy(model)
    for network in networks_of(copied):
        set_attention(network, "plain")  # not every fused form is counted
    inputs = data_batch["inputs"]
    several = isinstance(inputs, (list, tuple))
    views = [view[:COUNTED] for view in (inputs if several else [inputs])]
    few = dict(
        inputs=views if several else views[0],
        data_samples=data_batch.get("data_samples", [None])[:COUNTED],
    )
    with torch.random.fork_rng(), FlopCounterMode(display=False) as counter:
        losses: dict[str, Tensor] = copied(
            **copied.data_preprocessor(few, True), mode="loss"
        )
        total, _ = copied.parse_losses(losses)
        total.backward()
    return counter.get_total_flops() / len(views[0])
