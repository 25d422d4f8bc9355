"""What the wrapper of a distributed run holds."""

from mmengine.model import is_model_wrapper
from torch import nn


def unwrapped(model: nn.Module) -> nn.Module:
    """The algorithm itself, of a runner's model."""
    return model.module if is_model_wrapper(model) else model
