"""What a runner's model holds: inside its wrapper, and over all processes."""

from mmengine.model import is_model_wrapper
from torch import Tensor, nn
from torch.distributed.tensor import DTensor


def unwrapped(model: nn.Module) -> nn.Module:
    """The algorithm itself, of a runner's model."""
    return model.module if is_model_wrapper(model) else model


def is_sharded(model: nn.Module) -> bool:
    """Whether weights are spread over processes (``mcf.FullyShardStrategy``)."""
    return any(isinstance(parameter, DTensor) for parameter in model.parameters())


def whole_state_dict(model: nn.Module) -> dict[str, Tensor]:
    """State dict without shards, on the CPU.

    Where the model is sharded every process must call it, and each gets the whole.
    """
    return {
        name: (value.full_tensor() if isinstance(value, DTensor) else value).cpu()
        for name, value in model.state_dict().items()
    }
