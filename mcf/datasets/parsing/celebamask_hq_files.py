"""Where CelebAMask-HQ's official download keeps what (protocol §3.2)."""

from pathlib import Path

import numpy as np

from mcf.datasets.parsing.class_sets import CELEBAMASK_HQ
from mcf.datasets.parsing.mask_files import GREY_MODES, open_mask
from mcf.utils.bounded_file import read_text

PARTS = CELEBAMASK_HQ["official"].classes[1:]
IMAGES = "CelebA-HQ-img"
PART_MASKS = "CelebAMask-HQ-mask-anno"
MAPPING = "CelebA-HQ-to-CelebA-mapping.txt"
SOURCE = (
    "expected is the folder CelebAMask-HQ of the official download, see "
    "github.com/switchablenorms/CelebAMask-HQ"
)
SPLITS = {"train": 24_183, "val": 2_993, "test": 2_824}
"""Images of each split."""

FIRST_VAL, FIRST_TEST = 162_771, 182_638
"""First ``orig_idx`` of the validation and of the test part of CelebA."""


def image_path(root: Path, image_id: int) -> Path:
    """A photo, 1024 pixels wide and high."""
    return root / IMAGES / f"{image_id}.jpg"


def part_path(root: Path, image_id: int, part: str) -> Path:
    """Mask of one part of a face, 512 pixels wide and high; absent as the part is."""
    folder = root / PART_MASKS / str(image_id // 2000)
    return folder / f"{image_id:05d}_{part}.png"


def read_splits(root: Path) -> dict[str, list[int]]:
    """Image ids of ``train``, ``val`` and ``test`` by the official rule.

    The split of an image is that of its original in CelebA.

    Raises:
        FileNotFoundError: If the mapping is missing.
        ValueError: If a line of it is not ``idx orig_idx orig_file``, or an image
            occurs twice.
    """
    path = root / MAPPING
    if not path.is_file():
        raise FileNotFoundError(f"no {path}; {SOURCE}")
    splits: dict[str, list[int]] = {name: [] for name in SPLITS}
    seen = set()
    lines = read_text(path).splitlines()
    for number, line in enumerate(lines[1:], 2):
        fields = line.split()
        if not fields:
            continue
        numbers = "".join(fields[:2])
        if len(fields) != 3 or not numbers.isdecimal() or len(numbers) > 40:
            raise ValueError(
                f"{path}:{number}: {line!r} is not 'idx orig_idx orig_file'"
            )
        image_id, original = int(fields[0]), int(fields[1])
        if image_id in seen:
            raise ValueError(f"{path}:{number}: image {image_id} occurs twice")
        seen.add(image_id)
        splits[_split_of(original)].append(image_id)
    return splits


def present_parts(root: Path, image_id: int) -> list[str]:
    """Parts of a face that have a file."""
    return [part for part in PARTS if part_path(root, image_id, part).is_file()]


def read_part(path: Path) -> np.ndarray:
    """Pixels of a part, bool [H,W], from an image of any kind.

    A pixel belongs to the part if any colour channel is not zero. Files of this set
    are grey images, also stored as RGB; alpha and the indices of a palette say
    nothing.

    Raises:
        ValueError: If the file is no image or damaged.
    """
    image = open_mask(path)
    if image.mode not in GREY_MODES:
        image = image.convert("RGB")
    pixels = np.asarray(image)
    return pixels.any(axis=-1) if pixels.ndim == 3 else pixels != 0


def _split_of(original: int) -> str:
    if original < FIRST_VAL:
        return "train"
    return "val" if original < FIRST_TEST else "test"
