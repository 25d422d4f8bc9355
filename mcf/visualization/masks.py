"""Pictures of mask strategies."""

from collections.abc import Mapping

import numpy as np

from mcf.visualization.canvas import picture_table, resize
from mcf.visualization.overlays import heat_overlay, hide_patches

SIDE = 144


def mask_sheet(
    images: np.ndarray,
    masks: Mapping[str, np.ndarray],
    grid: tuple[int, int],
    *,
    attention: np.ndarray | None = None,
) -> np.ndarray:
    """What an encoder sees under several mask strategies, one face a row.

    Args:
        images: Faces, uint8 RGB [B,H,W,3].
        masks: For each strategy by its title, 1 where a patch is hidden [B,L].
        grid: Rows and columns of the patch grid, L = h * w.
        attention: What guides one of the strategies [B,L]; its largest value in an
            image takes the end of the colour scale.

    Returns:
        uint8 RGB picture.
    """
    columns = [
        f"{title}\n{1 - mask.mean():.0%} visible" for title, mask in masks.items()
    ]
    guide = [] if attention is None else ["attention"]
    rows = []
    for i, image in enumerate(images):
        face = resize(image, SIDE, round(SIDE * image.shape[1] / image.shape[0]))
        row = [face, *(hide_patches(face, mask[i], grid) for mask in masks.values())]
        if attention is not None:
            row.insert(1, heat_overlay(face, _scaled(attention[i]).reshape(grid)))
        rows.append(row)
    return picture_table(rows, ["input", *guide, *columns])


def _scaled(values: np.ndarray) -> np.ndarray:
    return values / values.max()
