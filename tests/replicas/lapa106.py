from pathlib import Path

import cv2
import numpy as np

from tests.replicas.noise import HEIGHT, WIDTH, noise_points, write_image

NAMES = {
    "train": ["10005033384_0", "10005033384_1", "10009865324_0", "10012551673_3"],
    "val": ["10021987515_0"],
    "test": ["10773046825_0", "13609937564_5"],
}


def write_lapa106(root: Path) -> dict[str, np.ndarray]:
    """LaPa: 4 faces to train (3 photos), 1 to validate, 2 to test; labels 0..10.

    Returns:
        Points by split and name, ``test/10773046825_0``.
    """
    truth = {}
    for split, names in NAMES.items():
        for kind in ("landmarks", "labels"):
            (root / split / kind).mkdir(parents=True, exist_ok=True)
        for name in names:
            seed = len(truth)
            truth[f"{split}/{name}"] = points = noise_points(106, seed)
            write_image(root / split / "images" / f"{name}.jpg", seed)
            lines = [f"{x:.6f} {y:.6f}" for x, y in points]
            text = "\n".join(["106", *lines]) + "\n"
            (root / split / "landmarks" / f"{name}.txt").write_text(text)
            label = np.random.default_rng(seed).integers(0, 11, (HEIGHT, WIDTH))
            path = root / split / "labels" / f"{name}.png"
            path.write_bytes(cv2.imencode(".png", label.astype(np.uint8))[1].tobytes())
    return truth
