"""Mask strategies on anyone's faces."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from torch import Tensor

from mcf.apis.features import FrozenBackbone, fit_square
from mcf.models.masking import AttentionMasking, Masking
from mcf.registry import MODELS
from mcf.visualization.masks import mask_sheet

BLIND = {
    "random": dict(type="mcf.RandomMasking"),
    "block-wise": dict(type="mcf.BlockMasking"),
    "facial region": dict(type="mcf.FacialRegionMasking"),
}
GUIDED = {
    "attended hidden": dict(type="mcf.AttentionMasking"),
    "attended kept": dict(type="mcf.AttentionMasking", power=-1.0),
}


def all_maskings(ratio: float, *, guided: bool) -> dict[str, Masking]:
    """Every strategy by a title, at one ratio; the guided ones only on request."""
    configs = BLIND | (GUIDED if guided else {})
    return {name: MODELS.build(c | dict(ratio=ratio)) for name, c in configs.items()}


def masking_of(config: str | Path) -> tuple[dict[str, Masking], tuple[int, int]]:
    """Strategy of a pre-training config by its title, without schedule; its grid."""
    model = Config.fromfile(config).model
    settings = {k: v for k, v in model.masking.items() if k != "schedule"}
    side = model.neck.img_size // model.neck.patch_size
    title = settings["type"].removeprefix("mcf.")
    return {title: MODELS.build(settings)}, (side, side)


@torch.no_grad()
def draw_masks(
    maskings: Mapping[str, Masking],
    faces: Iterable[np.ndarray],
    *,
    grid: tuple[int, int],
    backbone: FrozenBackbone | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Sheet of what an encoder sees of faces, one a row, under each strategy.

    Args:
        maskings: Strategies by their titles.
        faces: uint8 BGR faces [H,W,3] of any size; their central square is used.
        grid: Rows and columns of the patch grid.
        backbone: Whose attention guides the strategies that need it.
        seed: Seed of the masks.

    Returns:
        uint8 RGB picture.

    Raises:
        ValueError: If there is no face, or a strategy needs attention and there is no
            backbone with a class token and this grid.
    """
    squares = np.stack([fit_square(face, 224)[..., ::-1] for face in faces])
    attention = _attention(backbone, squares) if backbone else None
    generator = torch.Generator().manual_seed(seed)
    masks = {}
    for title, masking in maskings.items():
        guide = {}
        if isinstance(masking, AttentionMasking):
            if attention is None:
                raise ValueError(f"masking {title!r} needs a backbone that attends")
            guide = dict(attention=attention)
        drawn = masking(len(squares), grid, generator=generator, **guide)
        masks[title] = drawn.mask.numpy()
    return mask_sheet(
        squares, masks, grid, attention=None if attention is None else attention.numpy()
    )


def _attention(backbone: FrozenBackbone, squares: np.ndarray) -> Tensor:
    if not hasattr(backbone.model, "attention"):
        raise ValueError(
            f"backbone {type(backbone.model).__name__} has no class token whose "
            "attention could guide a masking"
        )
    sized = np.stack([fit_square(square, backbone.img_size) for square in squares])
    images = torch.from_numpy(sized).permute(0, 3, 1, 2).float()
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (backbone.mean, backbone.std))
    return backbone.model.attention((images - mean) / std)
