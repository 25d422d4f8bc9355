"""Exported networks on onnxruntime, behind the same seam as those of PyTorch."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from mcf.crops.rule import CropRule
from mcf.datasets.attribute_sets import get_attribute_set
from mcf.datasets.parsing.class_sets import ClassSet
from mcf.utils.requirements import require

from .model_card import INPUT, ModelCard


class OnnxNetwork:
    """An ONNX file that ``mcf export`` wrote, ready to run.

    May be used by many threads at once.

    Args:
        path: The file.
        device: ``cpu``, or ``cuda`` or ``cuda:1`` with onnxruntime's build for it.
        threads: On the CPU; None lets onnxruntime choose.

    Attributes:
        card: What the file says about itself.

    Raises:
        FileNotFoundError: If there is no such file.
        ImportError: If onnxruntime is missing.
        ValueError: If the file is damaged or says nothing about faces, or the device
            is not there or does not start.
    """

    def __init__(
        self, path: str | Path, *, device: str = "cpu", threads: int | None = None
    ) -> None:
        runtime = require("onnxruntime")
        self.path = Path(path).expanduser()
        if not self.path.is_file():
            raise FileNotFoundError(f"no ONNX file {path}")
        providers = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
        kind, _, index = str(device).partition(":")
        provider = providers.get(kind)
        known = provider in runtime.get_available_providers()
        if not known or not (index or "0").isdecimal():
            raise ValueError(
                f"this onnxruntime cannot compute on {str(device)!r}, only by "
                f"{runtime.get_available_providers()}"
            )
        place = {"device_id": int(index or 0)} if kind == "cuda" else {}
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads or 0
        options.log_severity_level = 3  # errors, which are raised anyway
        try:
            self._session = runtime.InferenceSession(
                str(self.path), options, providers=[(provider, place)]
            )
            metadata = self._session.get_modelmeta().custom_metadata_map
            self.card = ModelCard.from_metadata(metadata)
        except Exception as error:  # onnxruntime raises types of its own
            raise ValueError(f"{path} cannot be used: {error}") from error
        if provider not in self._session.get_providers():
            raise ValueError(
                f"onnxruntime could not start {str(device)!r} and fell back to "
                f"{self._session.get_providers()}; check its CUDA and cuDNN, or give "
                "device='cpu'"
            )

    def run(self, crops: np.ndarray, names: Sequence[str]) -> list[np.ndarray]:
        """Some outputs for uint8 BGR crops [B,h,w,3].

        Raises:
            ValueError: If the crops are of another kind.
        """
        return self._session.run(list(names), {INPUT: self.card.normalised(crops)})


class OnnxLandmarks:
    """Landmarks of an exported network; a ``LandmarkModel`` for ``FaceInferencer``.

    Args:
        network: Of the task ``landmarks``, exported with its decoder.

    Raises:
        ValueError: If it is of another task or has no decoder.
    """

    task = "landmarks"

    def __init__(self, network: OnnxNetwork) -> None:
        _check(network, self.task, "points")
        self.rule: CropRule = network.card.crop
        self.schema: str = network.card.landmarks
        self.count: int = network.card.points
        self._network = network

    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Points [B,K,2] in pixels of uint8 BGR crops [B,h,w,3], and scores [B,K]."""
        points, scores = self._network.run(crops, ("points", "scores"))
        return points, scores


class OnnxParsing:
    """Parts of an exported network; a ``ParsingModel`` for ``FaceInferencer``.

    Args:
        network: Of the task ``parsing``.

    Raises:
        ValueError: If it is of another task.
    """

    task = "parsing"

    def __init__(self, network: OnnxNetwork) -> None:
        _check(network, self.task, "logits")
        self.rule: CropRule = network.card.crop
        self.class_set: ClassSet = network.card.class_set
        self._network = network

    def predict(self, crops: np.ndarray) -> np.ndarray:
        """Logits [B,C,h,w] of uint8 BGR crops [B,h,w,3]."""
        return self._network.run(crops, ("logits",))[0]


class OnnxEmbedding:
    """Vectors of an exported backbone; an ``EmbeddingModel`` for ``FaceInferencer``.

    Args:
        network: Of the task ``embedding``, exported with its pooling.

    Raises:
        ValueError: If it is of another task or has no pooling.
    """

    task = "embedding"

    def __init__(self, network: OnnxNetwork) -> None:
        _check(network, self.task, "embedding")
        self.rule: CropRule = network.card.crop
        self._network = network
        width, height = self.rule.size
        self.length = self.predict(np.zeros((1, height, width, 3), np.uint8)).shape[1]

    def predict(self, crops: np.ndarray) -> np.ndarray:
        """float32 [B,C] of uint8 BGR crops [B,h,w,3]."""
        return self._network.run(crops, ("embedding",))[0]


class OnnxJoint:
    """Points and parts of an exported network; a ``JointModel``: one pass, one crop.

    Args:
        network: Of the task ``joint``.

    Raises:
        ValueError: If it is of another task.
    """

    task = "joint"

    def __init__(self, network: OnnxNetwork) -> None:
        _check(network, self.task, "points")
        self.rule: CropRule = network.card.crop
        self.schema: str = network.card.landmarks
        self.count: int = network.card.points
        self.class_set: ClassSet = network.card.class_set
        self._network = network

    def predict(self, crops: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Points [B,K,2] in pixels of the crops, scores [B,K] and logits [B,C,h,w].

        Args:
            crops: uint8 BGR [B,h,w,3].
        """
        points, scores, logits = self._network.run(
            crops, ("points", "scores", "logits")
        )
        return points, scores, logits


class OnnxAttributes:
    """Attributes of an exported network; an ``AttributeModel`` for ``FaceInferencer``.

    Args:
        network: Of the task ``attributes``, exported with its probabilities.

    Raises:
        ValueError: If it is of another task, has no probabilities, or their number is
            not that of its attributes.
    """

    task = "attributes"

    def __init__(self, network: OnnxNetwork) -> None:
        _check(network, self.task, "probabilities")
        self.rule: CropRule = network.card.crop
        self.names = get_attribute_set(network.card.attribute_set)
        self._network = network
        width, height = self.rule.size
        found = self.predict(np.zeros((1, height, width, 3), np.uint8)).shape[1]
        if found != len(self.names):
            raise ValueError(
                f"{network.path} gives {found} probabilities for the "
                f"{len(self.names)} attributes of {network.card.attribute_set}"
            )

    def predict(self, crops: np.ndarray) -> np.ndarray:
        """Probabilities float32 [B,A] of uint8 BGR crops [B,h,w,3]."""
        return self._network.run(crops, ("probabilities",))[0]


OnnxModel = OnnxLandmarks | OnnxParsing | OnnxEmbedding | OnnxJoint | OnnxAttributes
BY_TASK = {kind.task: kind for kind in get_args(OnnxModel)}


def open_onnx_model(
    path: str | Path, *, device: str = "cpu", threads: int | None = None
) -> OnnxModel:
    """The model in an ONNX file, for any task, to pass to ``FaceInferencer``.

    Args:
        path: The file.
        device: ``cpu``, or ``cuda`` or ``cuda:1`` with onnxruntime's build for it.
        threads: On the CPU; None lets onnxruntime choose.

    Raises:
        FileNotFoundError: If there is no such file.
        ImportError: If onnxruntime is missing.
        ValueError: If the file is damaged, says nothing about faces or was exported
            without decoding, or the device is not there or does not start.
    """
    network = OnnxNetwork(path, device=device, threads=threads)
    return BY_TASK[network.card.task](network)


def _check(network: OnnxNetwork, task: str, output: str) -> None:
    card = network.card
    if card.task != task:
        raise ValueError(f"{network.path} is a network for {card.task}, not for {task}")
    if output not in card.outputs:
        raise ValueError(
            f"{network.path} gives {', '.join(card.outputs)} but no {output}: export "
            "it again with --decode"
        )
