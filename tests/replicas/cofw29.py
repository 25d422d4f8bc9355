from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.replicas.noise import noise_image, noise_points


@dataclass(frozen=True)
class COFW29Truth:
    """Of one split: zero-based points, hidden flags and BGR pictures."""

    points: list[np.ndarray]
    hidden: list[np.ndarray]
    images: list[np.ndarray]


def write_cofw29(root: Path) -> dict[str, COFW29Truth]:
    """COFW: 4 faces to train, 2 to test; needs h5py. The second picture is grey."""
    import h5py

    truth = {}
    root.mkdir(parents=True, exist_ok=True)
    for split, suffix, count in (("train", "Tr", 4), ("test", "T", 2)):
        points = [noise_points(29, seed + 7 * count) for seed in range(count)]
        hidden = [np.arange(29) % (seed + 2) == 0 for seed in range(count)]
        images = [noise_image(seed) for seed in range(count)]
        images[1] = np.repeat(images[1][..., :1], 3, axis=2)
        values = [
            np.concatenate([*(p + 1).T, h]) for p, h in zip(points, hidden, strict=True)
        ]
        # MATLAB's arrays, as HDF5 sees them: axes reversed.
        with h5py.File(root / f"COFW_{split}_color.mat", "w") as file:
            cells = np.empty((1, count), dtype=h5py.ref_dtype)
            for number, image in enumerate(images):
                matrix = image[..., 0] if number == 1 else image[..., ::-1]
                file[f"#refs#/{number}"] = matrix.T
                cells[0, number] = file[f"#refs#/{number}"].ref
            file.create_dataset(f"Is{suffix}", data=cells, dtype=h5py.ref_dtype)
            file[f"phis{suffix}"] = np.array(values).T
            file[f"bboxes{suffix}"] = np.tile([5.0, 4.0, 30.0, 40.0], (count, 1)).T
        truth[split] = COFW29Truth(points, hidden, images)
    return truth
