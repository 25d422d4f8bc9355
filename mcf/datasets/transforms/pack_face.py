"""The last step before a network that finds points and parts at once."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform

from mcf.crops.geometry import normalise_points
from mcf.registry import TRANSFORMS


@TRANSFORMS.register_module()
class PackFace(BaseTransform):
    """Keep what :class:`mcf.models.joint.LandmarksAndParts` takes.

    Required keys: ``img`` uint8 BGR [h,w,3], ``transformed_keypoints`` [1,K,2] and
    ``gt_seg_map`` [h,w], as :class:`FaceCrop` leaves them.

    The sample becomes ``inputs`` [3,h,w] uint8, ``points`` [K,2] as fractions of the
    crop and ``labels`` [h,w] int64.
    """

    def transform(self, results: dict) -> dict:
        """Make the tensors."""
        image = np.ascontiguousarray(results["img"].transpose(2, 0, 1))
        size = results["img"].shape[1::-1]
        points = normalise_points(results["transformed_keypoints"][0], size)
        return dict(
            inputs=torch.from_numpy(image),
            points=torch.from_numpy(points.astype(np.float32)),
            labels=torch.from_numpy(results["gt_seg_map"].astype(np.int64)),
        )
