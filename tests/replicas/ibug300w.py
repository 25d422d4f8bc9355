from pathlib import Path

import numpy as np

from tests.replicas.noise import noise_points, write_image

PICTURES = {
    "afw": ["134212_1.jpg", "134212_2.jpg"],
    "helen/trainset": ["100032540_1.jpg"],
    "helen/testset": ["296814969_3.jpg"],
    "lfpw/trainset": ["image_0001.png"],
    "lfpw/testset": ["image_0002.png", "image_0003.png"],
    "ibug": ["image_092 _01.jpg"],
    "Test/01_Indoor": ["indoor_001.png"],
    "Test/02_Outdoor": ["outdoor_001.png"],
}


def write_ibug300w(root: Path) -> dict[str, np.ndarray]:
    """300W: 4 faces to train, 4 to test (3 common, 1 challenge), 2 private.

    Returns:
        Zero-based points by image name.
    """
    truth = {}
    for folder, names in PICTURES.items():
        for name in names:
            path = root / folder / name
            seed = len(truth)
            truth[f"{folder}/{name}"] = points = noise_points(68, seed)
            write_image(path, seed)
            write_pts(path.with_suffix(".pts"), points + 1)
    return truth


def write_pts(path: Path, points: np.ndarray) -> None:
    lines = "\n".join(f"{x:.6f} {y:.6f}" for x, y in points)
    path.write_text(f"version: 1\nn_points:  {len(points)}\n{{\n{lines}\n}}\n")
