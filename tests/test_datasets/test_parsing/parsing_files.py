"""Replicas of official parsing downloads, a few pixels large."""

from pathlib import Path

import numpy as np
from PIL import Image

from mcf.datasets.parsing.celebamask_hq_files import MAPPING, PARTS, part_path
from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.parsing.mask_files import encode_mask

ORIGINALS = {0: 5, 1: 162_770, 2: 162_771, 3: 182_637, 4: 182_638, 2001: 202_598}
"""Images of the replica of CelebAMask-HQ: image id to ``orig_idx``."""


def write_photo(path: Path, size: tuple[int, int], seed: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, quality=95)


def write_png(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def write_landmarks(path: Path, points: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [str(len(points)), *(f"{x} {y}" for x, y in points)]
    path.write_text("\n".join(lines))


def make_lapa(root: Path, *, size: tuple[int, int] = (12, 10)) -> Path:
    """Two samples a split; sample k shows all classes, shifted by k."""
    for split, first in (("train", 0), ("val", 2), ("test", 4)):
        for k in (first, first + 1):
            folder = root / split
            write_photo(folder / "images" / f"{k}_0.jpg", size, seed=k)
            labels = (np.arange(size[0] * size[1]) + k).reshape(size) % 11
            path = folder / "labels" / f"{k}_0.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(encode_mask(labels.astype(np.uint8), LAPA))
            points = np.arange(212).reshape(106, 2) / 4 + k
            write_landmarks(folder / "landmarks" / f"{k}_0.txt", points)
    return root


def part(rows: slice, columns: slice, size: int = 8) -> np.ndarray:
    """Mask of a rectangle as the download stores it: grey, 0 and 255."""
    pixels = np.zeros((size, size), dtype=np.uint8)
    pixels[rows, columns] = 255
    return pixels


def make_celebamask_hq(root: Path, *, photo: int = 16, size: int = 8) -> Path:
    """Two images a split; each has skin, left eye, neck and necklace."""
    lines = ["idx      orig_idx      orig_file"]
    for image_id, original in ORIGINALS.items():
        write_photo(
            root / "CelebA-HQ-img" / f"{image_id}.jpg", (photo, photo), image_id
        )
        parts = {
            "skin": part(slice(1, 5), slice(1, 7), size),
            "l_eye": part(slice(2, 3), slice(5, 6), size),
            "neck": part(slice(4, 8), slice(2, 6), size),
            "neck_l": part(slice(6, 7), slice(0, 8), size),
        }
        for name, pixels in parts.items():
            write_png(part_path(root, image_id, name), pixels)
        lines.append(f"{image_id}        {original}          {original + 1:06d}.jpg")
    (root / MAPPING).write_text("\n".join(lines) + "\n")
    assert set(parts) <= set(PARTS)
    return root
