"""Networks of mmsegmentation on crops of faces."""

import numpy as np
import torch
from torch import Tensor

from mcf.datasets.parsing.class_sets import ClassSet
from mcf.datasets.transforms.crop_rule import crop_rule_of
from mcf.utils.declared import said_by

from .loading import LoadedNetwork


class ParsingNetwork:
    """An encoder-decoder with any head; see :class:`ParsingModel`.

    Args:
        network: Built from a parsing config.

    Attributes:
        network: Built from a parsing config.

    Raises:
        ValueError: If the config is none of parsing, or it is unknown what the classes
            are.
    """

    def __init__(self, network: LoadedNetwork) -> None:
        from mmseg.models import EncoderDecoder

        if not isinstance(network.model, EncoderDecoder):
            raise ValueError(
                f"{network.name} builds a {type(network.model).__name__}, "
                "which finds no parts; give a config of configs/parsing"
            )
        meta = network.dataset_meta()
        with said_by(network.source):
            if len(meta.get("classes") or ()) != network.model.num_classes:
                raise ValueError(
                    f"{network.name}: {network.model.num_classes} classes, but "
                    f"checkpoint or test set names {meta.get('classes')}"
                )
            self.class_set = _class_set(meta)
        self.rule = network.crop or crop_rule_of(network.test_pipeline())
        self.network = network

    @torch.inference_mode()
    def predict(self, crops: np.ndarray) -> Tensor:
        """Logits [B,C,h,w] of uint8 BGR crops [B,h,w,3], on the network's device."""
        inputs = list(torch.from_numpy(crops).permute(0, 3, 1, 2))
        data = self.network.model.data_preprocessor(dict(inputs=inputs))
        shape = tuple(crops.shape[1:3])
        meta = dict(
            ori_shape=shape, img_shape=shape, pad_shape=shape, padding_size=[0] * 4
        )
        return self.network.model.inference(data["inputs"], [meta] * len(crops))


def _class_set(meta: dict) -> ClassSet:
    classes = tuple(meta["classes"])
    pairs = [tuple(pair) for pair in meta.get("label_pairs") or ()]
    if any(not 0 <= index < len(classes) for pair in pairs for index in pair):
        raise ValueError(f"label_pairs {pairs} of {len(classes)} classes")
    return ClassSet(
        name=meta.get("dataset_name", "parts"),
        classes=classes,
        palette=tuple(tuple(map(int, colour)) for colour in meta.get("palette") or ()),
        swap_names=tuple((classes[left], classes[right]) for left, right in pairs),
    )
