"""Networks that find points and parts of a crop in one pass."""

import numpy as np
import torch
from torch import Tensor

from mcf.datasets.parsing.class_sets import ClassSet, get_class_set
from mcf.datasets.schemas import get_schema
from mcf.datasets.transforms.crop_rule import crop_rule_of

from .loading import LoadedNetwork
from .models import JointModel
from .shared_network import SharedNetwork


def joint_network(network: LoadedNetwork) -> JointModel:
    """A network that finds points and parts at once, of either kind.

    Raises:
        ValueError: If it is none.
    """
    from mcf.models.joint import SharedBackbone

    kind = SharedNetwork if isinstance(network.model, SharedBackbone) else JointNetwork
    return kind(network)


class JointNetwork:
    """A :class:`mcf.models.joint.LandmarksAndParts`; see :class:`JointModel`.

    Args:
        network: Built from a config of such a model. Its training pipeline says how
            faces are cut, about the box of a detector.

    Attributes:
        network: As given.

    Raises:
        ValueError: If the config builds another model, or it is unknown what its
            outputs mean.
    """

    def __init__(self, network: LoadedNetwork) -> None:
        from mcf.models.joint import LandmarksAndParts

        if not isinstance(network.model, LandmarksAndParts):
            raise ValueError(
                f"{network.name} builds a {type(network.model).__name__}, which does "
                "not find points and parts at once"
            )
        meta = network.meta.get("dataset_meta") or {}
        if not {"landmark_schema", "class_set"} <= meta.keys():
            raise ValueError(
                f"{network.name}: the checkpoint does not say what its outputs are "
                "(dataset_meta['landmark_schema'] and ['class_set'])"
            )
        self.schema: str = meta["landmark_schema"]
        self.count = get_schema(self.schema).count
        self.class_set: ClassSet = get_class_set(meta["class_set"])
        pipeline = network.config.train_dataloader.dataset.pipeline
        self.rule = crop_rule_of(pipeline, box="annotated")
        self.network = network

    @torch.inference_mode()
    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray, Tensor]:
        """Points [B,K,2] in pixels of uint8 BGR crops, scores [B,K], logits [B,C,h,w].

        Args:
            crops: [B,h,w,3].
        """
        model = self.network.model
        inputs = torch.from_numpy(crops).permute(0, 3, 1, 2)
        data = model.data_preprocessor(dict(inputs=inputs))
        points, scores, logits = model.answer(data["inputs"])
        width, height = self.rule.size
        pixels = points * points.new_tensor([width, height]) - 0.5
        return pixels.cpu().numpy(), scores.cpu().numpy(), logits
