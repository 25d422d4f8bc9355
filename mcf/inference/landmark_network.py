"""Networks of mmpose on crops of faces."""

from collections.abc import Sequence

import numpy as np
import torch
from mmengine.structures import InstanceData

from mcf.datasets.schemas import declared_schema
from mcf.datasets.transforms.crop_rule import crop_rule_of
from mcf.utils.declared import said_by

from .loading import LoadedNetwork
from .mmpose_crop import TopdownCrop, schema_of


class LandmarkNetwork:
    """A top-down pose estimator of any head; see :class:`LandmarkModel`.

    Args:
        network: Built from an alignment config.

    Attributes:
        network: Built from an alignment config.

    Raises:
        ValueError: If the config is none of alignment, or it is unknown what the
            points are.
    """

    def __init__(self, network: LoadedNetwork) -> None:
        from mmpose.models import TopdownPoseEstimator

        if not isinstance(network.model, TopdownPoseEstimator):
            raise ValueError(
                f"{network.name} builds a {type(network.model).__name__}, "
                "which finds no landmarks; give a config of configs/alignment"
            )
        topdown = None
        if network.config.get("test_dataloader") is not None:
            topdown = TopdownCrop.from_pipeline(network.test_pipeline())
        if topdown is not None:  # one of mmpose's own configs
            self.schema: str = schema_of(network.test_set(), network.name)
            self.rule = topdown
        else:
            meta = network.dataset_meta()
            if "landmark_schema" not in meta:
                raise ValueError(
                    f"{network.name}: neither checkpoint nor test set says what "
                    "the points are (dataset_meta['landmark_schema'])"
                )
            self.schema = meta["landmark_schema"]
            self.rule = network.crop or crop_rule_of(
                network.test_pipeline(), box=network.box_kind()
            )
        with said_by(network.source):
            schema = declared_schema(self.schema)
        if topdown is not None:
            _check_count(network, schema.count)
        self.count = schema.count
        self._flip_indices = schema.flip_indices()
        self.network = network

    @torch.inference_mode()
    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points [B,K,2] in pixels of uint8 BGR crops [B,h,w,3], and scores [B,K]."""
        inputs = list(torch.from_numpy(crops).permute(0, 3, 1, 2))
        samples = [self._sample() for _ in inputs]
        samples = self.network.model.test_step(
            dict(inputs=inputs, data_samples=samples)
        )
        found = [sample.pred_instances for sample in samples]
        points = np.concatenate([one.keypoints for one in found])
        scores = np.concatenate([one.keypoint_scores for one in found])
        return np.asarray(points, np.float32), np.asarray(scores, np.float32)

    def _sample(self) -> object:
        return crop_sample(self.rule.size, self._flip_indices)


def crop_sample(size: tuple[int, int], flip_indices: Sequence[int]) -> object:
    """Data sample of mmpose whose photo is a crop itself.

    Args:
        size: Width and height of the crop.
        flip_indices: Of its points.
    """
    from mmpose.structures import PoseDataSample

    extent = np.array(size, dtype=float)
    sample = PoseDataSample(
        metainfo=dict(
            input_size=size,
            input_center=extent / 2,
            input_scale=extent,
            flip_indices=flip_indices,
        )
    )
    sample.gt_instances = InstanceData(
        bboxes=np.zeros((1, 4), np.float32), bbox_scores=np.ones(1, np.float32)
    )
    return sample


def _check_count(network: LoadedNetwork, count: int) -> None:
    """Refuse a head of another number of points than its data set has."""
    channels = network.config.model.head
    found = channels.get("out_channels", channels.get("num_joints"))
    if found != count:
        raise ValueError(
            f"{network.name}: its head finds {found} points, but its test set "
            f"{network.test_set()['type']} has {count}"
        )
