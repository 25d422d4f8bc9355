"""Reconstruction picture of any faces by any pre-training checkpoint."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from mcf.datasets.stores import IMAGE_SUFFIXES, open_store
from mcf.datasets.transforms import BadImageError, DecodeImage
from mcf.models.frozen_backbone import fit_square
from mcf.utils.text import printable
from mcf.visualization import reconstruction_sheet

from .usable import OnBad


@torch.no_grad()
def reconstruct_images(
    model: nn.Module,
    images: Iterable[np.ndarray],
    *,
    seed: int = 0,
) -> np.ndarray:
    """Sheet of a pre-training model's reconstructions, one row per face.

    Args:
        model: Model with ``reconstruct``, for example ``mcf.MCF``; it computes where
            it is.
        images: uint8 BGR faces [H,W,3] of any size; their central square is used.
        seed: Seed of the masks.

    Returns:
        uint8 RGB picture, see :func:`mcf.visualization.reconstruction_sheet`.

    Raises:
        ValueError: If there is no image or the model cannot reconstruct.
    """
    if not hasattr(model, "reconstruct"):
        raise ValueError(f"{type(model).__name__} cannot reconstruct; give a mcf.MCF")
    size = model.backbone.img_size[0]
    squares = [fit_square(image, size).transpose(2, 0, 1) for image in images]
    if not squares:
        raise ValueError("no image to reconstruct")
    batch = dict(inputs=torch.from_numpy(np.stack(squares)), data_samples=None)
    preprocessor = model.data_preprocessor
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        reconstruction = model.reconstruct(preprocessor(batch)["inputs"])
    return reconstruction_sheet(
        reconstruction,
        preprocessor.mean.flatten(),
        preprocessor.std.flatten(),
        max_images=len(squares),
    )


def read_faces(
    sources: Iterable[str | Path], *, on_bad: OnBad | None = None
) -> Iterator[np.ndarray]:
    """Images of files, folders, LMDBs and tar shards as uint8 BGR, in order.

    Args:
        sources: Paths; an image file gives itself, anything else is a face store.
        on_bad: Called with the error of an image that cannot be used, which is then
            left out; by default the error is raised.

    Raises:
        FileNotFoundError: If nothing is at a path.
        ValueError: If an image cannot be read or decoded, and ``on_bad`` is None.
    """
    for source in sources:
        path = Path(source)
        if path.suffix.lower() in IMAGE_SUFFIXES and not path.is_dir():
            if not path.exists():
                raise FileNotFoundError(f"no image {str(path)!r}")
            images = [(path.read_bytes, str(path))]
        else:
            store = open_store(path)
            images = (
                (partial(store.read, i), f"{path}: {printable(store.name(i))}")
                for i in range(len(store))
            )
        for read, name in images:
            try:
                yield _decode(read, name)
            except ValueError as error:
                if on_bad is None:
                    raise
                on_bad(error)


def _decode(read: Callable[[], bytes], name: str) -> np.ndarray:
    try:
        return DecodeImage(min_size=1).transform(dict(img_bytes=read()))["img"]
    except (BadImageError, OSError) as error:
        raise ValueError(f"{name} cannot be drawn: {error}") from error
