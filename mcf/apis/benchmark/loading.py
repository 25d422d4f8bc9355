"""From stored faces to batches of pixels: every store beside Pillow and a folder."""

import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torchvision.transforms.functional import pil_to_tensor, resize

from mcf.apis.benchmark.timing import Timing, alternate
from mcf.datasets import FaceImages
from mcf.datasets.stores import FolderStore, open_store, pack_lmdb, pack_tar

BATCH = 64


def pillow_batches(files: list[Path], size: int) -> Iterable[Tensor]:
    """uint8 RGB batches [B, 3, size, size], as torchvision's examples load them."""
    for start in range(0, len(files), BATCH):
        images = []
        for file in files[start : start + BATCH]:
            with Image.open(file) as image:
                images.append(pil_to_tensor(resize(image.convert("RGB"), [size, size])))
        yield torch.stack(images)


def mcf_batches(dataset: FaceImages) -> Iterable[Tensor]:
    """uint8 BGR batches of an open store, as pre-training loads them."""
    for start in range(0, len(dataset), BATCH):
        indices = range(start, min(start + BATCH, len(dataset)))
        yield torch.stack([dataset[i]["inputs"] for i in indices])


def compare_loading(
    root: str, *, size: int = 224, images: int = 512, repeats: int = 3
) -> tuple[dict[str, Timing], int]:
    """Time one pass over some images of a store on one core, from each kind of store.

    The images are written out to a folder, an LMDB and a tar shard first.

    Args:
        root: Any store.
        size: Side of the batches' images in pixels.
        images: How many to take.
        repeats: Measured passes of each.

    Returns:
        Timings by name, the first of which is Pillow's, and the greatest difference
        between its pixels and ours, on the 0-255 scale.
    """
    with tempfile.TemporaryDirectory() as folder:
        stores = _write_stores(root, Path(folder), images)
        files = sorted(Path(stores["folder"]).iterdir())
        ways = {"Pillow from a folder": partial(pillow_batches, files, size)}
        ways |= {
            f"mcf from {name}": partial(mcf_batches, _open(store, size))
            for name, store in stores.items()
        }
        difference = _difference(*list(ways.values())[:2])
        timings = alternate(
            {name: partial(_exhaust, way) for name, way in ways.items()},
            repeats=repeats,
        )
    return timings, difference


def _open(root: str, size: int) -> FaceImages:
    resize_all = dict(
        type="mmpretrain.Resize",
        scale=(size, size),
        backend="pillow",
        interpolation="bilinear",
    )
    dataset = FaceImages(
        dict(type="mcf.open_store", root=root),
        [dict(type="mcf.DecodeImage"), resize_all, dict(type="mmpretrain.PackInputs")],
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
    pack_lmdb(store, folder / "faces.lmdb")
    pack_tar(store, folder / "shards")
    return dict(
        folder=str(folder / "folder"),
        lmdb=str(folder / "faces.lmdb"),
        tar=str(folder / "shards"),
    )


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
