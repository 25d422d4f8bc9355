"""Random faces through our crop, packed for mmpose."""

import numpy as np
import torch
from mmengine.registry import DefaultScope
from mmpose.registry import TRANSFORMS

import mcf.alignment  # noqa: F401

NUM_POINTS = 5
META_KEYS = (
    "id",
    "img_path",
    "subsets",
    "annotated_bbox",
    "crop_matrix",
    "input_size",
    "input_center",
    "input_scale",
    "flip_indices",
)


def face_batch(codec: dict, size: int = 64, count: int = 2) -> dict:
    """Inputs and data samples of ``count`` faces, as a data loader collates them."""
    with DefaultScope.overwrite_default_scope("mmpose"):
        steps = [
            TRANSFORMS.build(step)
            for step in (
                dict(type="mcf.FaceCrop", size=size, scale=0.8),
                dict(type="GenerateTarget", encoder=codec),
                dict(type="PackPoseInputs", meta_keys=META_KEYS),
            )
        ]
    inputs, samples = [], []
    for seed in range(count):
        results = _face(seed)
        for step in steps:
            results = step(results)
        inputs.append(results["inputs"])
        samples.append(results["data_samples"])
    return dict(inputs=torch.stack(inputs).float() / 255, data_samples=samples)


def _face(seed: int) -> dict:
    rng = np.random.default_rng(seed)
    box = np.array([[20.5, 15.5, 79.5, 74.5]], dtype=np.float32)
    return dict(
        img=rng.integers(0, 256, (90, 110, 3), dtype=np.uint8),
        img_path=f"{seed}.png",
        id=seed,
        bbox=box,
        annotated_bbox=box,
        bbox_score=np.ones(1, dtype=np.float32),
        keypoints=rng.uniform(25, 70, (1, NUM_POINTS, 2)).astype(np.float32),
        keypoints_visible=np.ones((1, NUM_POINTS), dtype=np.float32),
        subsets=("common", "full"),
        flip_indices=[1, 0, 2, 4, 3],
    )
