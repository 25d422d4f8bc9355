"""A random image with a box and points, as a data set gives it."""

import numpy as np

JITTER = dict(rotation=0.174, scale=0.1, shift=0.05)


def sample(seed: int = 0) -> dict:
    rng = np.random.default_rng(seed)
    return dict(
        img=rng.integers(0, 256, (90, 120, 3), dtype=np.uint8),
        img_path="face.png",
        bbox=np.array([[20.3, 11.7, 81.1, 70.9]], dtype=np.float32),
        keypoints=rng.uniform(0, 90, (1, 7, 2)).astype(np.float32),
        keypoints_visible=np.ones((1, 7), dtype=np.float32),
    )
