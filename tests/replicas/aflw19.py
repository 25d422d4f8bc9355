from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.io import savemat

from tests.replicas.noise import write_image

FACES, TRAIN, FRONTAL = 24_386, 20_000, 1_314
LISTED = ("0/image00002.jpg", "2/image00013.jpg", "3/image00035.png")
ON_DISK = ("0/image00002.jpg", "2/image00013.png", "3/image00035.jpg")


@dataclass(frozen=True)
class AFLW19Truth:
    """What the file says, with row numbers from 0."""

    order: np.ndarray
    points: np.ndarray
    boxes: np.ndarray
    visible: np.ndarray
    names: list[str]


def write_aflw19(root: Path) -> AFLW19Truth:
    """AFLW-19 in full length, over three pictures of which two have another suffix."""
    rng = np.random.default_rng(0)
    points = rng.uniform(4, 44, (FACES, 19, 2)).round(3)
    corner = rng.integers(1, 6, (FACES, 2))
    boxes = np.concatenate([corner, corner + 40], axis=1)
    order = rng.permutation(FACES)
    visible = np.ones((FACES, 19), dtype=np.uint8)
    visible[order[: FACES - FRONTAL], 3] = 0
    names = [LISTED[row % len(LISTED)] for row in range(FACES)]
    cells = np.empty((FACES, 1), dtype=object)
    cells[:, 0] = names
    root.mkdir(parents=True, exist_ok=True)
    savemat(
        root / "AFLWinfo_release.mat",
        {
            "bbox": boxes[:, [0, 2, 1, 3]].astype(float),
            "data": points.swapaxes(1, 2).reshape(FACES, 38),
            "mask_new": visible,
            "nameList": cells,
            "ra": (order + 1).astype(float)[None],
        },
    )
    for seed, name in enumerate(ON_DISK):
        write_image(root / "data/flickr" / name, seed)
    return AFLW19Truth(order, points, boxes, visible, names)
