"""Networks of mmpretrain that tell attributes of crops of faces."""

import numpy as np
import torch

from mcf.datasets.attribute_sets import get_attribute_set

from .loading import LoadedNetwork


class AttributeNetwork:
    """A classifier of many labels; see :class:`~mcf.inference.models.AttributeModel`.

    Args:
        network: A classifier whose head gives one logit an attribute.

    Attributes:
        network: As given.

    Raises:
        ValueError: If it is no such classifier, or it is unknown what the attributes
            are or how faces are cut.
    """

    def __init__(self, network: LoadedNetwork) -> None:
        from mmpretrain.models import ImageClassifier
        from mmpretrain.models.heads import MultiLabelClsHead

        model = network.model
        if not isinstance(model, ImageClassifier) or not isinstance(
            model.head, MultiLabelClsHead
        ):
            raise ValueError(
                f"{network.name} builds a {type(model).__name__}, which tells no "
                "attributes; name a model of that task (mcf models)"
            )
        meaning = network.dataset_meta().get("attribute_set")
        if meaning is None or network.crop is None:
            raise ValueError(
                f"{network.name}: unknown what its attributes are or how faces are "
                "cut; name one that mcf models lists"
            )
        self.names = get_attribute_set(meaning)
        self.rule = network.crop
        self.network = network
        blank = np.zeros((1, *self.rule.size[::-1], 3), np.uint8)
        if (found := self.predict(blank).shape[1]) != len(self.names):
            raise ValueError(f"{network.name}: {found} outputs for {meaning}")

    @torch.inference_mode()
    def predict(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities float32 [B,A] of uint8 BGR crops [B,h,w,3]."""
        inputs = list(torch.from_numpy(crops).permute(0, 3, 1, 2))
        model = self.network.model
        data = model.data_preprocessor(dict(inputs=inputs))
        logits = model.head(model.extract_feat(data["inputs"]))
        return logits.sigmoid().float().cpu().numpy()
