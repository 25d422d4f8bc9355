"""Store of synthetic faces: default data that needs no download."""

import cv2
import numpy as np

from mcf.drawn_faces.face import SMALLEST_SIZE, SyntheticFace, draw_face
from mcf.registry import DATASETS

SPLITS = ("train", "val", "test")


def split_seed(split: str, seed: int) -> int:
    """Seed of a store whose faces no other split and no other seed has.

    Args:
        split: ``train``, ``val`` or ``test``.
        seed: 1 or more. Pre-training draws its faces from seeds below 3, so it shares
            none with the result.

    Raises:
        ValueError: If there is no such split or the seed is below 1.
    """
    if split not in SPLITS:
        raise ValueError(f"no split {split!r}, only {', '.join(SPLITS)}")
    if seed < 1:
        raise ValueError(f"seed={seed} must be at least 1")
    return len(SPLITS) * seed + SPLITS.index(split)


@DATASETS.register_module()
class SyntheticFaceStore:
    """Drawn faces behind the protocol of image stores.

    Images are drawn when read and are the same bytes every time. Nothing is
    kept, so a store pickles to three numbers. Stores of the same seed and
    different sizes hold the same faces.

    Args:
        length: Number of faces.
        size: Height and width of the images, pixels.
        seed: Which faces; those of different seeds are unrelated.

    Raises:
        ValueError: If a number is out of range.
    """

    metainfo: dict = {}
    passed_over: dict = {}

    def __init__(self, length: int = 2048, size: int = 112, seed: int = 0) -> None:
        if length < 1:
            raise ValueError(f"length must be >= 1 face, got {length}")
        if size < SMALLEST_SIZE:
            raise ValueError(f"size must be >= {SMALLEST_SIZE} pixels, got {size}")
        if seed < 0:
            raise ValueError(f"seed must be >= 0, got {seed}")
        self.length = length
        self.size = size
        self.seed = seed

    def __len__(self) -> int:
        return self.length

    def name(self, index: int) -> str:
        """Name of an image; names sort in the order of their indices."""
        self._check(index)
        return f"synthetic_{self.seed}_{index:09d}.png"

    def face(self, index: int) -> SyntheticFace:
        """Face with its annotations.

        Raises:
            IndexError: If there is no such face.
        """
        self._check(index)
        mixed = np.random.SeedSequence([self.seed, index]).generate_state(1, np.uint64)
        return draw_face(int(mixed[0]), self.size)

    def read(self, index: int) -> bytes:
        """Image as PNG.

        Raises:
            IndexError: If there is no such face.
        """
        # Fast compression: reading is on the path of training.
        image = self.face(index).image[..., ::-1]
        _, encoded = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        return encoded.tobytes()

    def _check(self, index: int) -> None:
        if not 0 <= index < self.length:
            raise IndexError(f"no face {index} in a store of {self.length} faces")
