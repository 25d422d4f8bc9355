"""From stored faces to batches of pixels: every store beside Pillow and a folder."""

import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor

from mcf.datasets import FaceImages
from mcf.datasets.stores import (
    DecodedStore,
    FolderStore,
    open_store,
    pack_lmdb,
    pack_tar,
)
from mcf.utils.timing import Timing, alternate

BATCH = 64


def pillow_batches(files: list[Path]) -> Iterable[Tensor]:
    """uint8 RGB batches [B, 3, H, W], as torchvision's examples load them."""
    for start in range(0, len(files), BATCH):
        images = []
        for file in files[start : start + BATCH]:
            with Image.open(file) as image:
                images.append(pil_to_tensor(image.convert("RGB")))
        yield torch.stack(images)


def mcf_batches(dataset: FaceImages) -> Iterable[Tensor]:
    """uint8 BGR batches [B, 3, H, W] of an open store, as pre-training loads them."""
    for start in range(0, len(dataset), BATCH):
        indices = range(start, min(start + BATCH, len(dataset)))
        yield torch.stack([dataset[i]["inputs"] for i in indices])


def compare_loading(
    root: str, *, images: int = 512, repeats: int = 3
) -> tuple[dict[str, Timing], int, int]:
    """Time one pass over some images of a store on one core, from each kind of store.

    The images are written out to a folder, LMDBs and tar shards first.

    Args:
        root: Any store whose images are of one size.
        images: How many to take; all if it has fewer.
        repeats: Measured passes of each.

    Returns:
        Timings by name, the first of which is Pillow's; the greatest difference
        between its pixels and ours, on the 0-255 scale; the number of images in a pass.

    Raises:
        ValueError: If the images are of several sizes.
    """
    with tempfile.TemporaryDirectory() as folder:
        stores = _write_stores(root, Path(folder), images)
        files = sorted(Path(stores["folder"]).iterdir())
        baseline = partial(pillow_batches, files)
        ours = {
            f"mcf from {name}": partial(mcf_batches, _open(store))
            for name, store in stores.items()
        }
        difference = max(_difference(baseline, way) for way in ours.values())
        ways = {"Pillow from a folder": baseline} | ours
        timings = alternate(
            {name: partial(_exhaust, way) for name, way in ways.items()},
            repeats=repeats,
        )
    return timings, difference, len(files)


def _open(root: str) -> FaceImages:
    dataset = FaceImages(
        dict(type="mcf.open_store", root=root),
        [dict(type="mcf.DecodeImage"), dict(type="mmpretrain.PackInputs")],
    )
    dataset.full_init()
    return dataset


def _write_stores(root: str, folder: Path, images: int) -> dict[str, str]:
    source = open_store(root)
    (folder / "folder").mkdir()
    for index in range(min(images, len(source))):
        suffix = Path(source.name(index)).suffix
        path = folder / "folder" / f"{index:06d}{suffix}"
        path.write_bytes(source.read(index))
    store = FolderStore(folder / "folder")
    sizes = {Image.open(path).size for path in (folder / "folder").iterdir()}
    if len(sizes) > 1:
        raise ValueError(
            f"the images of {root!r} are of {len(sizes)} sizes, which make no batches; "
            "take a store of prepared faces"
        )
    stores = dict(folder=str(folder / "folder"))
    for kind, contents in (("", store), (", pixels", DecodedStore(store))):
        stores[f"LMDB{kind}"] = str(pack_lmdb(contents, folder / f"lmdb{kind}"))
        pack_tar(contents, folder / f"tar{kind}")
        stores[f"tar{kind}"] = str(folder / f"tar{kind}")
    return stores


def _exhaust(way: Callable[[], Iterable[Tensor]]) -> None:
    for _ in way():
        pass


def _difference(
    pillow: Callable[[], Iterable[Tensor]], ours: Callable[[], Iterable[Tensor]]
) -> int:
    return max(
        int((a.int() - b.flip(1).int()).abs().max())
        for a, b in zip(pillow(), ours(), strict=True)
    )
