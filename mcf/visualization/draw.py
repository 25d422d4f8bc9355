"""What a pre-training model sees and makes, as uint8 RGB pictures."""

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

from mcf.visualization.canvas import PAPER, picture_table, resize, write
from mcf.visualization.overlays import heat_overlay, hide_patches

if TYPE_CHECKING:
    from mcf.models.selfsup.mcf import Reconstruction

TILE_SIDES = (144, 224)


def undo_normalisation(
    images: torch.Tensor, mean: torch.Tensor, std: torch.Tensor
) -> np.ndarray:
    """Normalised RGB images [B,3,H,W] as uint8 [B,H,W,3], clamped to 0-255."""
    pixels = images.detach().float().cpu() * _channels(std) + _channels(mean)
    return pixels.round().clamp(0, 255).byte().permute(0, 2, 3, 1).numpy()


def token_similarity(
    first: torch.Tensor, second: torch.Tensor, grid: tuple[int, int]
) -> np.ndarray:
    """Cosine similarity of two token maps [B,N,C], token by token, [B,h,w].

    A class token (first of N = h·w + 1) is dropped. Teachers with a grid of
    their own (another input size or stride) are taken to have a square one.

    Raises:
        ValueError: If N fits neither the grid nor a square.
    """
    cosine = torch.cosine_similarity(first.float(), second.float(), dim=-1)
    tokens = cosine.shape[1]
    square = math.isqrt(tokens)
    for height, width in (grid, (square, square)):
        if height * width in (tokens, tokens - 1):
            patches = cosine[:, tokens - height * width :]
            return patches.reshape(-1, height, width).detach().cpu().numpy()
    raise ValueError(
        f"{tokens} tokens fit neither the grid {grid} nor a square one, with or "
        "without class token"
    )


def reconstruction_sheet(
    reconstruction: "Reconstruction",
    mean: torch.Tensor,
    std: torch.Tensor,
    *,
    max_images: int = 8,
) -> np.ndarray:
    """What MCF sees, makes and is judged by, one face a row.

    Columns: input, what the online and the momentum encoder see, pseudo image,
    and for each tap of the teacher the cosine similarity between its features
    of the pseudo image and of the input, token by token. The colour scale is
    fixed, so sheets of different iterations compare; the number in each map is
    its mean. The pseudo image lives in the normalised space of the teacher's
    input and need not look like a photo: the normalisation is undone and what
    leaves 0-255 is clamped.

    Args:
        reconstruction: Result of ``MCF.reconstruct``, images in RGB order.
        mean: Mean of the data preprocessor per RGB channel, on the 0-255 scale.
        std: Standard deviation, as ``mean``.
        max_images: Largest number of rows.

    Returns:
        uint8 RGB picture [H,W,3].
    """
    grid = reconstruction.grid
    inputs = undo_normalisation(reconstruction.images[:max_images], mean, std)
    pseudo = undo_normalisation(reconstruction.pseudo_image[:max_images], mean, std)
    online = reconstruction.online_mask[:max_images].cpu().numpy()
    target = reconstruction.target_mask[:max_images].cpu().numpy()
    taps = [
        token_similarity(made[:max_images], true[:max_images], grid)
        for made, true in zip(
            reconstruction.pseudo_features, reconstruction.target_features
        )
    ]
    titles = [
        "input",
        f"online encoder sees\n{1 - online.mean():.0%}",
        f"momentum encoder sees\n{1 - target.mean():.0%}",
        "pseudo image\ndenormalised, clamped",
        *(
            f"teacher tap {i}\nsimilarity, {tap.shape[1]}x{tap.shape[2]} tokens"
            for i, tap in enumerate(taps, 1)
        ),
    ]
    height, width = _tile_size(*inputs.shape[1:3])
    rows = []
    for i in range(len(inputs)):
        photo = resize(inputs[i], height, width)
        rows.append(
            [
                photo,
                hide_patches(photo, online[i], grid),
                hide_patches(photo, target[i], grid),
                resize(pseudo[i], height, width),
                *(_similarity_tile(photo, tap[i]) for tap in taps),
            ]
        )
    return picture_table(rows, titles, legend=_similarity_legend() if taps else None)


def _channels(values: torch.Tensor) -> torch.Tensor:
    return torch.as_tensor(values).detach().float().cpu().reshape(1, -1, 1, 1)


def _tile_size(height: int, width: int) -> tuple[int, int]:
    scale = np.clip(max(height, width), *TILE_SIDES) / max(height, width)
    return max(1, round(height * scale)), max(1, round(width * scale))


def _similarity_tile(photo: np.ndarray, values: np.ndarray) -> np.ndarray:
    return write(
        heat_overlay(photo, values),
        f"{values.mean():.2f}",
        at=(5, photo.shape[0] - 4),
        anchor="ld",
        colour=(255, 255, 255),
        outline=1,
    )


def _similarity_legend() -> np.ndarray:
    ramp = np.tile(np.linspace(0, 1, 96), (1, 1))
    bar = heat_overlay(np.full((14, 96, 3), 128, np.uint8), ramp)
    legend = np.full((20, 360, 3), PAPER, np.uint8)
    legend[3:17, 240:336] = bar
    legend = write(legend, "cosine similarity   0 or less", at=(232, 10), anchor="rm")
    return write(legend, "1", at=(344, 10), anchor="lm")
