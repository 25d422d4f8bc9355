"""Large contrastive batches in the memory of small ones."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.checkpoint import checkpoint


def gradient_cache(
    function: Callable[..., Sequence[Tensor]], batch: Sequence[Tensor], chunk_size: int
) -> tuple[Tensor, ...]:
    """Apply a function to a batch in chunks whose activations are not kept.

    What comes out is kept whole, so a loss that compares all images with all others
    sees the large batch. Its backward pass gives the gradient of each chunk's outputs;
    each chunk is then computed once more and back-propagated, one after the other.
    This is GradCache (arXiv 2101.06983) written as activation checkpointing: one
    forward and one backward pass for the caller, hence for loss scaling, gradient
    buckets and checks of the loss too. Random states are put back for the second
    computation.

    Args:
        function: Works on each image by itself; all its inputs and outputs have the
            images as first dimension.
        batch: Its arguments, B images each.
        chunk_size: Images whose activations may exist at once.

    Returns:
        The outputs, equal to ``function(*batch)`` up to rounding.
    """
    chunks = zip(*(tensor.split(chunk_size) for tensor in batch), strict=True)
    outputs = [checkpoint(function, *chunk, use_reentrant=False) for chunk in chunks]
    return tuple(torch.cat(parts) for parts in zip(*outputs, strict=True))


def check_chunks(chunk_size: int, *modules: nn.Module) -> None:
    """Refuse a chunk size below 1, and modules that mix the images of a chunk.

    Raises:
        ValueError: If one has BatchNorm: its statistics would be those of a chunk.
    """
    if chunk_size < 1:
        raise ValueError(f"chunk_size={chunk_size} must be at least 1 image")
    for module in modules:
        if any(isinstance(part, _BatchNorm) for part in module.modules()):
            raise ValueError(
                f"{type(module).__name__} has BatchNorm, so chunks of {chunk_size} "
                "images would not equal the whole batch; remove chunk_size, or use a "
                "network with LayerNorm or GroupNorm"
            )
