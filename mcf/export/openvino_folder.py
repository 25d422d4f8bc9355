"""Export for OpenVINO, behind the same comparison as ONNX."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config

from mcf.inference.model_card import INPUT, ModelCard
from mcf.models.frozen_backbone import Pooling
from mcf.utils.atomic_file import write_json
from mcf.utils.atomic_folder import whole_folder
from mcf.utils.bounded_file import read_text
from mcf.utils.declared import parse_json, said_by

from .onnx_file import write_onnx
from .parity import Parity, ParityError, compare
from .subject import open_subject

NETWORK, CARD = "network.xml", "mcf.json"
"""Graph, with its weights in ``network.bin``, and the metadata of the ONNX form."""


class OpenvinoNetwork:
    """A folder that :func:`export_openvino` wrote.

    Args:
        folder: The folder.
        threads: Of the processor.

    Attributes:
        card: What it says about itself.

    Raises:
        FileNotFoundError: If the folder or its metadata is missing.
        ImportError: If openvino is missing.
        ValueError: If the folder holds no such network.
    """

    def __init__(self, folder: str | Path, *, threads: int = 1) -> None:
        folder = Path(folder)
        self.card = read_card(folder)
        openvino = _openvino()
        try:
            settings = {"INFERENCE_NUM_THREADS": threads}
            # on a CPU it would compute in fewer bits where these are fast
            settings["INFERENCE_PRECISION_HINT"] = "f32"
            self._compiled = openvino.Core().compile_model(
                str(folder / NETWORK), "CPU", settings
            )
        except RuntimeError as error:
            raise ValueError(f"{folder} cannot be used: {error}") from error

    def run(self, crops: np.ndarray, names: Sequence[str]) -> list[np.ndarray]:
        """Some outputs for uint8 BGR crops [B,h,w,3]."""
        found = self._compiled({INPUT: self.card.normalised(crops)})
        return [np.array(found[name]) for name in names]


def read_card(folder: Path) -> ModelCard:
    """What the network in a folder says about itself.

    Raises:
        FileNotFoundError: If it says nothing.
        ValueError: If what it says is refused.
    """
    text = read_text(folder / CARD)
    with said_by(folder):
        about = parse_json(text)
        if not isinstance(about, dict) or not all(
            isinstance(value, str) for value in about.values()
        ):
            raise ValueError(f"{CARD} holds no texts by name")
        return ModelCard.from_metadata(about)


def export_openvino(
    checkpoint: str | Path,
    folder: str | Path,
    *,
    config: str | Path | Config | None = None,
    decode: bool = False,
    pooling: Pooling = "mean",
    faces: int = 8,
    runs: int = 3,
) -> Parity:
    """Write a network as OpenVINO's IR with a free batch size, and prove it.

    The folder appears only when what is read back from it answers about drawn faces as
    the network does. Weights stay float32.

    Args:
        checkpoint: As for :func:`~mcf.export.export_onnx`, like all others.
        folder: To write: ``network.xml``, ``network.bin`` and ``mcf.json``, which says
            what the network is.
        config: Of the run; None for a backbone's file.
        decode: Whether it shall also give points, labels or an embedding.
        pooling: Of a backbone's embedding.
        faces: To compare.
        runs: Timed answers of each; 0 for none.

    Raises:
        FileNotFoundError: If a file is missing.
        ImportError: If openvino or the packages of the ONNX export are missing.
        ParityError: If the answers differ; nothing is written.
        ValueError: If something cannot be exported, or the folder exists.
    """
    openvino = _openvino()
    if faces < 1:
        raise ValueError(f"faces={faces}: compare at least one")
    subject = open_subject(checkpoint, config, decode=decode, pooling=pooling)
    with whole_folder(Path(folder).expanduser()) as building:
        with tempfile.TemporaryDirectory() as place:
            onnx = Path(place) / "network.onnx"
            write_onnx(subject, onnx)
            model = openvino.convert_model(str(onnx))
        openvino.save_model(model, str(building / NETWORK), compress_to_fp16=False)
        write_json(subject.card.to_metadata(), building / CARD)
        network = OpenvinoNetwork(building, threads=torch.get_num_threads())
        parity = compare(subject, network, faces=faces, runs=runs, label="OpenVINO")
        if not parity.passed:
            raise ParityError(parity)
    return parity


def _openvino() -> object:
    try:
        import openvino
    except ImportError as error:
        raise ImportError(
            f"openvino is missing ({error}): pip install -r requirements/openvino.txt"
        ) from error
    return openvino
