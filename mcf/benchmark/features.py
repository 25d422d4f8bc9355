"""Vectors of faces, computed once."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from mcf.benchmark.encoder import Encoder
from mcf.models.frozen_backbone import fit_square
from mcf.utils.atomic_file import whole_file
from mcf.utils.finite import finite

CHUNK = 1024
"""Faces of one file."""
BATCH = 32
RULE = "central square"
"""How faces become the encoder's images, see :func:`fit_square`."""
Vectors = dict[str, np.ndarray]


class FeatureCache:
    """Vectors of an encoder, in files of about a thousand faces.

    A file is found by what the encoder is, how faces are cut and the pixels of its
    faces, so a changed image or weight is never answered with an old vector.

    Args:
        encoder: Whose vectors.
        folder: Where the files lie.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder = encoder
        self.folder = folder

    def __call__(
        self, images: Iterable[np.ndarray], *, mirrored: bool = False
    ) -> tuple[Vectors, list[bytes]]:
        """Vectors [N,D] by name of pooling, and a digest of the pixels of each face.

        Args:
            images: uint8 BGR faces [H,W,3].
            mirrored: Whether to look at their mirror images.

        Raises:
            ValueError: If there is no image, or a vector is not finite.
        """
        parts, digests = [], []
        images = iter(images)
        while chunk := list(islice(images, CHUNK)):
            seen = [_digest(image) for image in chunk]
            parts.append(self._chunk(chunk, seen, mirrored))
            digests += seen
        if not parts:
            raise ValueError("no face to compute features of")
        names = parts[0]
        return {n: np.concatenate([p[n] for p in parts]) for n in names}, digests

    def _chunk(
        self, images: list[np.ndarray], digests: list[bytes], mirrored: bool
    ) -> Vectors:
        about = f"{self.encoder.fingerprint} {RULE} {mirrored}".encode()
        key = hashlib.sha256(about + b"".join(digests)).hexdigest()
        path = self.folder / f"{key}.npz"
        found = _read(path, len(images))
        if found is None:
            found = self._computed(images, mirrored)
            with whole_file(path) as file:
                np.savez(file, **found)
        return found

    def _computed(self, images: list[np.ndarray], mirrored: bool) -> Vectors:
        size = self.encoder.img_size
        step = -1 if mirrored else 1
        squares = (fit_square(image, size)[:, ::step] for image in images)
        batches = [self.encoder.vectors(np.stack(b)) for b in _batches(squares)]
        found = {n: np.concatenate([b[n] for b in batches]) for n in batches[0]}
        for name, vectors in found.items():
            finite(f"vectors of {self.encoder.name} ({name})", vectors, ndim=2)
        return found


def _batches(items: Iterator[np.ndarray]) -> Iterator[list[np.ndarray]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _digest(image: np.ndarray) -> bytes:
    shape = repr(image.shape).encode()
    return hashlib.sha256(shape + np.ascontiguousarray(image).tobytes()).digest()


def _read(path: Path, count: int) -> Vectors | None:
    """Vectors of a file of so many faces; None if there is none, or it is damaged."""
    if not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
    except Exception:  # zip and npy raise many types; it is only a cache
        return None
    sound = all(
        v.ndim == 2 and len(v) == count and v.dtype == np.float32 and _is_finite(v)
        for v in found.values()
    )
    return found if found and sound else None


def _is_finite(values: np.ndarray) -> bool:
    return bool(np.isfinite(values).all())
