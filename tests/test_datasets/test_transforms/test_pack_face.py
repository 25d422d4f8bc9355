import numpy as np
import torch

from mcf.datasets.transforms import PackFace


def test_points_become_fractions_and_pixels_stay():
    image = np.random.default_rng(0).integers(0, 256, (10, 20, 3), np.uint8)
    sample = dict(
        img=image,
        transformed_keypoints=np.float32([[[-0.5, -0.5], [19.5, 9.5], [9.5, 4.5]]]),
        gt_seg_map=np.full((10, 20), 4, np.uint8),
        bbox=np.zeros(4),
    )
    packed = PackFace()(sample)
    assert packed.keys() == {"inputs", "points", "labels"}
    np.testing.assert_array_equal(packed["inputs"], image.transpose(2, 0, 1))
    torch.testing.assert_close(
        packed["points"], torch.tensor([[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]])
    )
    assert packed["labels"].dtype == torch.int64 and (packed["labels"] == 4).all()
