"""Faces for pre-training, drawn once by all cores."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from mcf.datasets.stores import pack_tar
from mcf.datasets.stores.drawn_store import SyntheticFaceStore

CHUNK = 16


class _InOrder:
    """A store whose images come from elsewhere, one after the other."""

    metainfo: dict = {}
    passed_over: dict = {}

    def __init__(self, store: SyntheticFaceStore, images: Iterator[bytes]) -> None:
        self._store, self._images = store, images

    def __len__(self) -> int:
        return len(self._store)

    def name(self, index: int) -> str:
        return self._store.name(index)

    def read(self, index: int) -> bytes:
        return next(self._images)


def draw_store(
    folder: Path, *, faces: int, size: int, tell: Callable[[float], None]
) -> None:
    """Draw faces into tar shards, with a process a core.

    Args:
        folder: It appears whole or not at all.
        faces: How many.
        size: Of the images, pixels.
        tell: Called with the share that is drawn.
    """
    store = SyntheticFaceStore(faces, size)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), spawn) as pool:
        drawn = pool.map(store.read, range(faces), chunksize=CHUNK)

        def told() -> Iterator[bytes]:
            for number, image in enumerate(drawn, 1):
                if number % CHUNK == 0:
                    tell(number / faces)
                yield image

        try:
            pack_tar(_InOrder(store, told()), folder)
        finally:  # after Ctrl-C, what is not begun is not drawn any more
            pool.shutdown(cancel_futures=True)
