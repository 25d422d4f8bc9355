"""Mask strategies on anyone's faces."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from torch import Tensor

from mcf.crops.geometry import normalise_points
from mcf.crops.recipes import RECIPES
from mcf.detection.retinaface import RetinaFace
from mcf.detection.source_image import SourceImage
from mcf.models.frozen_backbone import FrozenBackbone, fit_square, normalised
from mcf.models.masking import Masking
from mcf.models.masking.facial_region import Points
from mcf.registry import MODELS
from mcf.visualization.masks import mask_sheet

# Where aligned crops have eye centres, nose tip and mouth corners: our recipe, and the
# 112-pixel template of ArcFace.
TEMPLATES: dict[str, Points] = {
    "five-point": RECIPES["five-point"].parameters["template"],
    "arcface": (
        (0.3419, 0.4616),
        (0.6565, 0.4598),
        (0.5002, 0.6405),
        (0.3710, 0.8247),
        (0.6315, 0.8233),
    ),
}
SIDE, FRAME = 224, 80  # the detector wants some room about a face
GUIDED = {
    "attended hidden": dict(type="mcf.AttentionMasking"),
    "attended kept": dict(type="mcf.AttentionMasking", power=-1.0),
}


def all_maskings(ratio: float, *, points: Points, guided: bool) -> dict[str, Masking]:
    """Every strategy by a title, at one ratio; the guided ones only on request.

    Args:
        ratio: Share of hidden patches.
        points: Five points of the aligned faces, see
            :class:`~mcf.models.masking.FacialRegionMasking`.
        guided: Whether there is an attention to guide a strategy.
    """
    configs = {
        "random": dict(type="mcf.RandomMasking"),
        "block-wise": dict(type="mcf.BlockMasking"),
        "facial region": dict(type="mcf.FacialRegionMasking", points=points),
    }
    configs |= GUIDED if guided else {}
    return {name: MODELS.build(c | dict(ratio=ratio)) for name, c in configs.items()}


def detected_points(faces: Iterable[np.ndarray]) -> Points:
    """Median of the five points that the detector finds in aligned faces.

    Args:
        faces: uint8 BGR faces [H,W,3] of any size; their central square is used.

    Returns:
        Five (x, y) as shares of the square's side.

    Raises:
        ValueError: If it finds no face in any of them.
    """
    find, found = RetinaFace().open(), []
    for index, face in enumerate(faces):
        framed = np.pad(
            fit_square(face, SIDE), [(FRAME,) * 2] * 2 + [(0, 0)], "reflect"
        )
        for best in find(framed, SourceImage(str(index)))[:1]:
            found.append(normalise_points(best.points - FRAME, (SIDE, SIDE)))
    if not found:
        raise ValueError(
            "the detector finds no face in these images; give the points of the crop "
            f"by the name of its template, {' or '.join(TEMPLATES)}"
        )
    return np.median(found, axis=0).round(3).tolist()


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
    """Sheet of what an encoder sees under each strategy, one row per face.

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
    squares = np.stack([fit_square(face, SIDE) for face in faces])
    attention = _attention(backbone, squares) if backbone else None
    generator = torch.Generator().manual_seed(seed)
    masks = {}
    for title, masking in maskings.items():
        guide = {}
        if masking.needs_attention:
            if attention is None:
                raise ValueError(f"masking {title!r} needs a backbone that attends")
            guide = dict(attention=attention)
        drawn = masking(len(squares), grid, generator=generator, **guide)
        masks[title] = drawn.mask.numpy()
    return mask_sheet(
        squares[..., ::-1],
        masks,
        grid,
        attention=None if attention is None else attention.numpy(),
    )


def _attention(backbone: FrozenBackbone, squares: np.ndarray) -> Tensor:
    if not hasattr(backbone.model, "attention"):
        raise ValueError(
            f"backbone {type(backbone.model).__name__} has no class token whose "
            "attention could guide a masking"
        )
    sized = np.stack([fit_square(square, backbone.img_size) for square in squares])
    return backbone.model.attention(normalised(backbone, sized)).cpu()
