"""The whole pre-training step, beside the same step written the plain way."""

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import torch
from mmengine.config import Config
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

from mcf.engine.hooks.attention_hook import networks_of
from mcf.models.attention import fastest_attention, set_attention
from mcf.models.selfsup import MomentumEncoder
from mcf.registry import MODELS
from mcf.utils.allocator import keep_freed_memory
from mcf.utils.timing import Timing, alternate
from projects.step_benchmark.step_process import StepProcess

WAYS = ("plain", "mcf")


@dataclass(frozen=True)
class StepReport:
    """One way to compute the step.

    Attributes:
        timing: Of whole steps.
        images: Images in a step.
        flops: Counted floating-point operations per image; the products of matrices
            and convolutions, forward and backward.
        memory: Most bytes that tensors took during a step, those that stay between
            steps (weights, moments) among them.
        losses: Of the first step, by name.
    """

    timing: Timing
    images: int
    flops: float
    memory: int
    losses: dict[str, float]

    @property
    def images_per_s(self) -> float:
        """At the median."""
        return self.images / self.timing.median

    @property
    def flops_per_s(self) -> float:
        """Counted operations over the median time."""
        return self.flops * self.images_per_s


class Step:
    """A pre-training step on random images: forward, backward, optimiser.

    Args:
        settings: Pre-training config as plain values. Its teacher may lack the file of
            its weights: their values do not change the time.
        way: ``mcf``: as ``tools/train.py`` runs the config. ``plain``: attention
            written out, momentum encoder and optimiser a loop over tensors.
        batch_size: Images in a step.
        device: Where to compute.
        dtype: float32, or what autocast computes in.
    """

    def __init__(
        self,
        settings: dict,
        way: str,
        batch_size: int,
        device: torch.device,
        dtype: torch.dtype,
    ) -> None:
        cfg = Config(settings)
        torch.manual_seed(0)
        with DefaultScope.overwrite_default_scope(cfg.get("default_scope")):
            self.model = build_model(cfg).to(device).train()
        self.autocast = partial(
            torch.autocast, device.type, dtype=dtype, enabled=dtype != torch.float32
        )
        form = "plain" if way == "plain" else fastest_attention(device, dtype)
        for network in networks_of(self.model):
            set_attention(network, form)
        wrapper = copy.deepcopy(cfg.optim_wrapper)
        wrapper.update(type="OptimWrapper", accumulative_counts=1)
        wrapper.pop("dtype", None)
        if way == "plain":
            wrapper.optimizer.update(fused=False, foreach=False)
            encoder = self.model.momentum_encoder
            encoder.update_parameters = partial(_follow_in_a_loop, encoder)
        self.optimizer = build_optim_wrapper(self.model, wrapper).optimizer
        height, width = self.model.backbone.img_size
        self.images = torch.randn(batch_size, 3, height, width, device=device)

    def __call__(self) -> dict[str, float]:
        """Do one step.

        Returns:
            Its losses.
        """
        with self.autocast():
            losses = self.model.loss(self.images)
        losses = {k: v for k, v in losses.items() if k.startswith("loss")}
        sum(losses.values()).backward()
        self.update()
        return {name: loss.item() for name, loss in losses.items()}

    def first(self) -> tuple[dict[str, float], float]:
        """Do a step with seeded masks.

        Returns:
            Its losses, and its floating-point operations per image.
        """
        torch.manual_seed(1)
        with FlopCounterMode(display=False) as counter:
            losses = self()
        return losses, counter.get_total_flops() / len(self.images)

    def peak_memory(self) -> int:
        """Most bytes of tensors in a step; by PyTorch's allocator on a GPU."""
        if self.images.device.type != "cuda":
            return self._held_memory() + peak_of_allocations(self)
        torch.cuda.reset_peak_memory_stats()
        self()
        return torch.cuda.max_memory_allocated()

    def _held_memory(self) -> int:
        networks = networks_of(self.model)
        tensors = {
            tensor
            for network in networks
            for tensor in (*network.parameters(), *network.buffers())
        }
        for state in self.optimizer.state.values():
            tensors.update(v for v in state.values() if isinstance(v, Tensor))
        return sum(tensor.nbytes for tensor in tensors)

    def time_parts(self, repeats: int) -> dict[str, Timing]:
        """Time the parts of the step, each by itself."""
        return alternate(self.parts(), repeats=repeats)

    def update(self) -> None:
        """Do the optimiser's part."""
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)

    def parts(self) -> dict[str, Callable[[], object]]:
        """Each part of the step by itself, with its own backward pass."""
        model, images = self.model, self.images
        online, target = model.draw_masks(images)
        with torch.no_grad(), self.autocast():
            tokens = model.backbone.encode_kept(images, online.keep)
            pseudo = model.neck(tokens, online.restore)
            features = model.target_generator(images)
            key = model.momentum_keys(images, target)

        def backbone() -> None:
            _backward(model.backbone.encode_kept(images, online.keep))

        def decoder() -> None:
            _backward(model.neck(_leaf(tokens), online.restore))

        def teacher() -> None:
            with torch.no_grad():
                model.target_generator(images)
            model.feature_loss(
                model.target_generator(_leaf(pseudo)), features
            ).backward()

        def momentum() -> None:
            model.momentum_encoder.update_parameters(model.encoder())
            model.momentum_keys(images, target)

        def contrast() -> None:
            model.head.loss(model.project(_leaf(tokens[:, 0])), key).backward()

        parts = [backbone, decoder, teacher, momentum, contrast]
        timed = {part.__name__: partial(self._run, part) for part in parts}
        return timed | {"optimiser": self.update}

    def _run(self, part: Callable[[], None]) -> None:
        with self.autocast():
            part()


def build_model(cfg: Config) -> nn.Module:
    """Model of a pre-training config, without what only a run has.

    That is the file of the teacher's weights and the length of schedules.
    """
    model = copy.deepcopy(cfg.model)
    model.get("momentum_encoder", {}).pop("end_momentum", None)
    model.get("masking", {}).pop("schedule", None)
    _leave_out_weights(model.get("target_generator", {}))
    return MODELS.build(model)


def _leave_out_weights(teacher: dict) -> None:
    if teacher.pop("checkpoint", None):
        teacher["model"] = MODELS.build(teacher["model"])
    inner = [teacher["teacher"]] if "teacher" in teacher else []
    for one in teacher.get("teachers", inner):
        _leave_out_weights(one)


def peak_of_allocations(function: Callable[[], object]) -> int:
    """Most bytes a function holds at once on a CPU, above those held before it."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        function()
    changes = (
        (event.start_ns(), event.nbytes())
        for event in profiler.profiler.kineto_results.events()
        if event.name() == "[memory]"
    )
    return max(accumulate(size for _, size in sorted(changes)))


def step_of_a_process(settings: dict, way: str, threads: int, *rest: object) -> Step:
    """A `Step`, after what it needs of its process: ``mcf`` keeps freed memory."""
    logging.disable(logging.INFO)  # initialisation reports every parameter
    torch.set_num_threads(threads)
    if way == "mcf":
        keep_freed_memory()
    return Step(settings, way, *rest)


def compare_steps(
    cfg: Config,
    *,
    batch_size: int,
    device: torch.device,
    dtype: torch.dtype,
    threads: int = 1,
    repeats: int = 5,
) -> tuple[dict[str, StepReport], dict[str, Timing]]:
    """Measure the step both ways (:data:`WAYS`), in turn, each in its own process.

    Args:
        cfg: Pre-training config.
        batch_size: Images in a step.
        device: Where to compute.
        dtype: float32, or what autocast computes in.
        threads: Threads of a CPU.
        repeats: Measured steps of each.

    Returns:
        Whole steps by way, and the parts of ours.
    """
    plain = cfg.to_dict()
    steps = {
        way: StepProcess(
            step_of_a_process, plain, way, threads, batch_size, device, dtype
        )
        for way in WAYS
    }
    first = {way: step("first") for way, step in steps.items()}
    flops = first["plain"][1]  # not every fused attention is counted
    timings = alternate(steps, repeats=repeats)
    reports = {
        way: StepReport(
            timings[way], batch_size, flops, step("peak_memory"), first[way][0]
        )
        for way, step in steps.items()
    }
    parts = steps["mcf"]("time_parts", repeats)
    for step in steps.values():
        step.close()
    return reports, parts


def _leaf(tensor: Tensor) -> Tensor:
    return tensor.detach().requires_grad_()


def _backward(output: Tensor) -> None:
    output.backward(torch.ones_like(output))


@torch.no_grad()
def _follow_in_a_loop(encoder: MomentumEncoder, model: nn.Module) -> None:
    momentum = encoder.current_momentum() if int(encoder.steps) else 0.0
    followers, leaders = encoder.module.parameters(), model.parameters()
    for follower, leader in zip(followers, leaders, strict=True):
        follower.mul_(momentum).add_(leader, alpha=1 - momentum)
    encoder.steps += 1
