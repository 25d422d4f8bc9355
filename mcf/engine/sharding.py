"""What is special about a model whose weights are spread over processes."""

from torch import Tensor, nn
from torch.distributed.tensor import DTensor


def is_sharded(model: nn.Module) -> bool:
    """Whether some weights lie on several processes (``mcf.FullyShardStrategy``)."""
    return any(isinstance(parameter, DTensor) for parameter in model.parameters())


def whole_state_dict(model: nn.Module) -> dict[str, Tensor]:
    """State dict without shards, on the CPU.

    Where the model is sharded every process must call it, and each gets the whole.
    """
    return {
        name: (value.full_tensor() if isinstance(value, DTensor) else value).cpu()
        for name, value in model.state_dict().items()
    }
