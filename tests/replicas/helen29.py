import json
from pathlib import Path

import numpy as np

from tests.replicas.noise import HEIGHT, WIDTH, noise_points, write_image

FACES = 10


def write_helen29(root: Path) -> np.ndarray:
    """Helen's 29 points in mmpose's form: 10 faces, two from each photo.

    Returns:
        Points [10,29,2].
    """
    points = np.stack([noise_points(29, seed) for seed in range(FACES)])
    names = [f"{100 + i // 2}_{1 + i % 2}.jpg" for i in range(FACES)]
    for seed, name in enumerate(names):
        write_image(root / "images" / name, seed)
    images = [
        dict(id=i, file_name=name, width=WIDTH, height=HEIGHT)
        for i, name in enumerate(names)
    ]
    annotations = [
        dict(
            id=i,
            image_id=i,
            category_id=1,
            keypoints=np.c_[face, np.full(29, 2)].ravel().tolist(),
            num_keypoints=29,
            bbox=[0, 0, WIDTH, HEIGHT],
        )
        for i, face in enumerate(points)
    ]
    content = dict(images=images, annotations=annotations)
    (root / "helen29_train.json").write_text(json.dumps(content))
    return points
