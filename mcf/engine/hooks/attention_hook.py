"""Chooses how attention is computed."""

import torch
from mmengine.hooks import Hook
from mmengine.optim import AmpOptimWrapper
from mmengine.runner import Runner
from torch import nn

from mcf.engine.running_model import unwrapped
from mcf.models.attention import fastest_attention, set_attention
from mcf.models.targets import TeacherTarget
from mcf.registry import HOOKS


def networks_of(model: nn.Module) -> list[nn.Module]:
    """The model and the teachers that it keeps outside its module tree."""
    teachers = [m.model for m in model.modules() if isinstance(m, TeacherTarget)]
    return [model, *teachers]


@HOOKS.register_module()
class AttentionHook(Hook):
    """Sets the form of attention that is fastest on the device at the run's precision.

    The result is the same up to rounding. Networks of mmpretrain have the switch;
    others keep what they do.

    Args:
        form: ``fused``, ``plain``, or ``auto`` for the one that measures faster.
    """

    def __init__(self, form: str = "auto") -> None:
        self.form = form

    def before_train(self, runner: Runner) -> None:
        """Set it, before the first step.

        Raises:
            ValueError: If there is no such form.
        """
        model = unwrapped(runner.model)
        wrapper = runner.optim_wrapper
        autocast = isinstance(wrapper, AmpOptimWrapper)
        form = self.form
        if form == "auto":
            form = fastest_attention(
                next(model.parameters()).device,
                wrapper.cast_dtype if autocast else torch.float32,
            )
        count = sum(set_attention(network, form) for network in networks_of(model))
        if count:
            runner.logger.info(f"Attention of {count} modules is {form}.")
