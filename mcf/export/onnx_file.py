"""Export to ONNX that fails where the file does not do what PyTorch does."""

import warnings
from pathlib import Path

import torch
from mmengine.config import Config
from torch.export import Dim

from mcf.inference.model_card import INPUT
from mcf.inference.onnx_models import OnnxNetwork
from mcf.models.frozen_backbone import Pooling
from mcf.utils.atomic_file import naming_full_disk, whole_file
from mcf.utils.requirements import require

from .parity import Parity, ParityError, compare
from .subject import Subject, open_subject
from .windows import free_windows

STACK_TRACE = "pkg.torch.onnx.stack_trace"
LARGEST = 2**31 - 2**24
"""Bytes of weights that one ONNX file can hold, with room for the graph."""


def export_onnx(
    checkpoint: str | Path,
    path: str | Path,
    *,
    config: str | Path | Config | None = None,
    decode: bool = False,
    pooling: Pooling = "mean",
    faces: int = 8,
    runs: int = 3,
) -> Parity:
    """Write a network as an ONNX file with a free batch size, and prove it.

    The file appears only when its answers about drawn faces are those of PyTorch.

    Args:
        checkpoint: Of an alignment, parsing or pre-training run, or the
            ``backbone_*.pth`` that a pre-training run exports.
        path: File to write, ``.onnx``.
        config: Of the run: a model name, file or config. None for a backbone's file.
        decode: Whether the file shall also give ``points`` and ``scores``, ``labels``
            or ``embedding``. :func:`~mcf.export.open_onnx_model` needs it, but
            for parsing.
        pooling: Of a backbone's embedding.
        faces: To compare.
        runs: Timed answers, see :func:`~mcf.export.parity.compare`.

    Raises:
        FileNotFoundError: If a file is missing.
        ImportError: If a package is missing.
        ParityError: If the answers differ; nothing is written.
        ValueError: If something cannot be exported.
    """
    for package in ("onnx", "onnxscript", "onnxruntime"):
        require(package)
    path = Path(path).expanduser()
    if path.suffix != ".onnx":
        raise ValueError(f"{path}: an ONNX file ends in .onnx")
    if faces < 1:
        raise ValueError(f"faces={faces}: compare at least one")
    subject = open_subject(checkpoint, config, decode=decode, pooling=pooling)
    with whole_file(path) as file, naming_full_disk(path):
        write_onnx(subject, Path(file.name))
        network = OnnxNetwork(file.name, threads=torch.get_num_threads())
        parity = compare(subject, network, faces=faces, runs=runs)
        if not parity.passed:
            raise ParityError(parity)
    return parity


@torch.no_grad()
def write_onnx(subject: Subject, path: Path) -> None:
    """Write the graph with its card as metadata, without comparing anything.

    Raises:
        ValueError: If the weights are too large for one file, or torch cannot export
            the network.
    """
    graph, card = subject.graph, subject.card
    size = sum(tensor.nbytes for tensor in graph.state_dict().values())
    if size > LARGEST:
        raise ValueError(
            f"{size / 2**30:.1f} GiB of weights are more than one ONNX file holds (2)"
        )
    free_windows(graph)
    try:
        program = _program(subject)
    except torch.onnx.OnnxExporterError as error:
        reason = error.__cause__ or error
        raise ValueError(f"torch's exporter refuses this network: {reason}") from error
    for node in program.model.graph.all_nodes():
        node.metadata_props.pop(STACK_TRACE, None)  # names folders of this machine
    program.model.metadata_props.update(card.to_metadata())
    program.save(path, external_data=False)


def _program(subject: Subject) -> torch.onnx.ONNXProgram:
    width, height = subject.card.crop.size
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the exporter's own use of torch
        return torch.onnx.export(
            subject.graph,
            (torch.zeros(2, 3, height, width),),  # 1 would be taken for constant
            dynamo=True,
            dynamic_shapes=({0: Dim("batch")},),
            input_names=[INPUT],
            output_names=list(subject.card.outputs),
            verbose=False,
        )
