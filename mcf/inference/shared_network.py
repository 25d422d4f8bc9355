"""Joint models whose tasks are networks of the host libraries."""

import numpy as np
import torch
from torch import Tensor, nn

from mcf.crops.rule import CropRule
from mcf.datasets.joint_faces import dataset_rule, one_rule
from mcf.datasets.parsing.class_sets import ClassSet
from mcf.datasets.schemas import declared_schema
from mcf.registry import registry_scope
from mcf.utils.declared import said_by

from .landmark_network import crop_sample
from .loading import LoadedNetwork
from .mmseg_crop import class_logits
from .parsing_network import class_set_of


class SharedNetwork:
    """A :class:`mcf.models.joint.SharedBackbone`; see :class:`JointModel`.

    Args:
        network: Of a config of configs/joint, or one that ``mcf join`` wrote. It has
            one task of points and one of parts; other tasks are left alone here and
            are outputs of its own in an exported file.

    Attributes:
        network: As given.
        points: Name of the task that finds points.
        parts: Name of the task that finds parts.

    Raises:
        ValueError: If it has not one task of each, or it is unknown what they mean or
            how faces are cut.
    """

    def __init__(self, network: LoadedNetwork) -> None:
        from mmpose.models import TopdownPoseEstimator
        from mmseg.models import EncoderDecoder

        tasks = network.model.tasks
        self.points = _only(network, tasks, TopdownPoseEstimator, "points")
        self.parts = _only(network, tasks, EncoderDecoder, "parts")
        meta = (network.meta.get("dataset_meta") or {}).get("tasks") or {}
        if missing := [name for name in (self.points, self.parts) if name not in meta]:
            raise ValueError(
                f"{network.source}: the checkpoint does not say what the outputs of "
                f"{missing[0]} are (dataset_meta['tasks'])"
            )
        with said_by(network.source):
            self.schema: str = meta[self.points]["landmark_schema"]
            schema = declared_schema(self.schema)
            self.class_set: ClassSet = class_set_of(meta[self.parts])
            classes = tasks[self.parts].num_classes
            if len(self.class_set.classes) != classes:
                raise ValueError(
                    f"{classes} classes, but {len(self.class_set.classes)} are named"
                )
        self.count = schema.count
        self.rule = rule_of(network)
        self.network = network
        self._sample = crop_sample(self.rule.size, schema.flip_indices())

    @torch.inference_mode()
    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray, Tensor]:
        """Points [B,K,2] in pixels of uint8 BGR crops, scores [B,K], logits [B,C,h,w].

        Args:
            crops: [B,h,w,3].
        """
        model = self.network.model
        inputs = list(torch.from_numpy(crops).permute(0, 3, 1, 2))
        features = model.extract_feat(
            model.data_preprocessor(dict(inputs=inputs))["inputs"]
        )
        samples = [self._sample.clone() for _ in crops]
        found = model.tasks[self.points].predict(features, samples)
        points, scores = (
            np.concatenate([getattr(one.pred_instances, key) for one in found])
            for key in ("keypoints", "keypoint_scores")
        )
        size = crops.shape[1:3]
        meta = dict(ori_shape=size, img_shape=size, pad_shape=size)
        parts = model.tasks[self.parts]
        logits = parts.inference(features, [dict(meta) for _ in crops])
        return (
            np.asarray(points, np.float32),
            np.asarray(scores, np.float32),
            class_logits(parts, logits),
        )


def rule_of(network: LoadedNetwork) -> CropRule:
    """The one rule by which the test sets of all tasks cut faces.

    Raises:
        ValueError: If the config has no test sets, or they cut differently.
    """
    loader = network.config.get("test_dataloader")
    if loader is None or not loader.dataset.get("tasks"):
        raise ValueError(
            f"{network.name} has no test sets of tasks, whose pipelines say how faces "
            "are cut"
        )
    with registry_scope(network.config.get("default_scope")):
        rules = {name: dataset_rule(one) for name, one in loader.dataset.tasks.items()}
    return one_rule(rules)


def _only(network: LoadedNetwork, tasks: nn.ModuleDict, kind: type, what: str) -> str:
    names = [name for name, task in tasks.items() if isinstance(task, kind)]
    if len(names) != 1:
        raise ValueError(
            f"{network.name} has {len(names)} tasks that find {what}, of "
            f"{', '.join(tasks)}: photos are analysed by joint models with one of "
            "points and one of parts"
        )
    return names[0]
