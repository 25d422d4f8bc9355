"""Networks of mmsegmentation on crops of faces."""

import numpy as np
import torch
from torch import Tensor

from mcf.crops.rule import CropRule
from mcf.datasets.parsing.class_sets import ClassSet
from mcf.datasets.transforms.crop_rule import crop_rule_of
from mcf.utils.declared import said_by

from .loading import LoadedNetwork
from .mmseg_crop import class_logits, whole_image_rule


class ParsingNetwork:
    """An encoder-decoder with any head; see :class:`ParsingModel`.

    Args:
        network: Built from a parsing config, ours or one of mmsegmentation's own.

    Attributes:
        network: As given.

    Raises:
        ValueError: If the config is none of parsing, or it is unknown what the classes
            are or how images are prepared.
    """

    def __init__(self, network: LoadedNetwork) -> None:
        from mmseg.models import EncoderDecoder
        from mmseg.models.segmentors import DepthEstimator

        kind = type(network.model)
        if not issubclass(kind, EncoderDecoder) or issubclass(kind, DepthEstimator):
            raise ValueError(
                f"{network.name} builds a {kind.__name__}, which finds no parts from "
                "an image alone; give a config of configs/parsing, or of "
                "mmsegmentation with an EncoderDecoder"
            )
        meta = network.dataset_meta()
        with said_by(network.source):
            if len(meta.get("classes") or ()) != network.model.num_classes:
                raise ValueError(
                    f"{network.name}: {network.model.num_classes} classes, but "
                    f"checkpoint or test set names {meta.get('classes')}"
                )
            self.class_set = class_set_of(meta)
        self.rule = network.crop or _rule(network)
        self.network = network

    @torch.inference_mode()
    def predict(self, crops: np.ndarray) -> Tensor:
        """Logits [B,C,h,w] of uint8 BGR crops [B,h,w,3], on the network's device."""
        from mmseg.structures import SegDataSample

        model = self.network.model
        height, width = crops.shape[1:3]
        samples = [
            SegDataSample(metainfo=dict(ori_shape=(height, width))) for _ in crops
        ]
        inputs = list(torch.from_numpy(crops).permute(0, 3, 1, 2))
        data = model.data_preprocessor(dict(inputs=inputs, data_samples=samples))
        padded = tuple(data["inputs"].shape[2:])
        meta = dict(ori_shape=(height, width), img_shape=padded, pad_shape=padded)
        logits = model.inference(data["inputs"], [dict(meta) for _ in crops])
        return class_logits(model, logits)[..., :height, :width]


def _rule(network: LoadedNetwork) -> CropRule:
    pipeline = network.test_pipeline()
    return whole_image_rule(pipeline, network.name) or crop_rule_of(pipeline)


def class_set_of(meta: dict) -> ClassSet:
    """Classes that the meta information of a parsing data set names.

    Raises:
        ValueError: If a pair that trades places is none of them.
    """
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
