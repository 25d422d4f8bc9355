"""Fixed two-dimensional sine-cosine position embedding."""

import torch
from torch import Tensor


def sincos_position_embedding(
    grid: tuple[int, int], embed_dims: int, *, num_extra_tokens: int = 1
) -> Tensor:
    """Sine-cosine embedding of a patch grid in the channel order of MAE.

    The first half of the channels encodes the column, the second half the row,
    each as sines then cosines. mmpretrain's function of the same purpose swaps the
    halves and mixes up the patch order of grids that are not square.

    Args:
        grid: Rows and columns (h, w) of the patch grid.
        embed_dims: Channels C, a multiple of 4.
        num_extra_tokens: Leading zero rows, for example for a class token.

    Returns:
        Embedding [1, num_extra_tokens + h * w, C].

    Raises:
        ValueError: If ``embed_dims`` is not a multiple of 4.
    """
    if embed_dims % 4:
        raise ValueError(
            f"embed_dims={embed_dims} must be a multiple of 4 for a sine-cosine "
            "position embedding"
        )
    quarter = embed_dims // 4
    omega = 10000.0 ** -(torch.arange(quarter, dtype=torch.float64) / quarter)
    rows, columns = torch.meshgrid(
        torch.arange(grid[0], dtype=torch.float64),
        torch.arange(grid[1], dtype=torch.float64),
        indexing="ij",
    )
    angles = [axis.reshape(-1, 1) * omega for axis in (columns, rows)]
    embedding = torch.cat([f(a) for a in angles for f in (torch.sin, torch.cos)], 1)
    extra = embedding.new_zeros(num_extra_tokens, embed_dims)
    return torch.cat([extra, embedding]).float().unsqueeze(0)
