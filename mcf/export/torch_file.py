"""Export by ``torch.export``: a program for PyTorch without our classes."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from mmengine.config import Config
from torch.export import Dim, ExportedProgram

from mcf.inference.model_card import ModelCard
from mcf.models.frozen_backbone import Pooling
from mcf.utils.atomic_file import naming_full_disk, whole_file

from .parity import Parity, ParityError, compare
from .subject import Subject, open_subject
from .windows import free_windows

CARD = "mcf.json"
"""Extra file with the metadata of the ONNX form, every value as text."""


class TorchProgram:
    """A program with its card, as :func:`~mcf.export.parity.compare` asks it.

    Args:
        program: Of :func:`torch.export.export`.
        card: What it is.
    """

    def __init__(self, program: ExportedProgram, card: ModelCard) -> None:
        self._module = program.module()
        self.card = card

    @torch.inference_mode()
    def run(self, crops: np.ndarray, names: Sequence[str]) -> list[np.ndarray]:
        """Some outputs for uint8 BGR crops [B,h,w,3]."""
        outputs = self._module(torch.from_numpy(self.card.normalised(crops)))
        found = dict(zip(self.card.outputs, outputs, strict=True))
        return [found[name].numpy() for name in names]


def export_torch(
    checkpoint: str | Path,
    path: str | Path,
    *,
    config: str | Path | Config | None = None,
    decode: bool = False,
    pooling: Pooling = "mean",
    faces: int = 8,
    runs: int = 3,
) -> Parity:
    """Write a network as a program of ``torch.export``, and prove it.

    The file has a free batch size; ``torch.export.load(path).module()`` runs it where
    PyTorch is, without MCF. It appears only when what is read back from it answers
    about drawn faces as the network does.

    Args:
        checkpoint: As for :func:`~mcf.export.export_onnx`, like all others.
        path: File to write, ``.pt2``.
        config: Of the run; None for a backbone's file.
        decode: Whether it shall also give points, labels or an embedding.
        pooling: Of a backbone's embedding.
        faces: To compare.
        runs: Timed answers of each; 0 for none.

    Raises:
        FileNotFoundError: If a file is missing.
        ParityError: If the answers differ; nothing is written.
        ValueError: If something cannot be exported.
    """
    path = Path(path).expanduser()
    if path.suffix != ".pt2":
        raise ValueError(f"{path}: a program of torch.export ends in .pt2")
    if faces < 1:
        raise ValueError(f"faces={faces}: compare at least one")
    subject = open_subject(checkpoint, config, decode=decode, pooling=pooling)
    program = _program(subject)
    about = json.dumps(subject.card.to_metadata())
    with whole_file(path) as file, naming_full_disk(path):
        torch.export.save(program, file, extra_files={CARD: about})
        file.flush()
        with Path(file.name).open("rb") as written:  # its name does not end in .pt2
            read = torch.export.load(written)
        network = TorchProgram(read, subject.card)
        parity = compare(subject, network, faces=faces, runs=runs, label="torch.export")
        if not parity.passed:
            raise ParityError(parity)
    return parity


@torch.no_grad()
def _program(subject: Subject) -> ExportedProgram:
    width, height = subject.card.crop.size
    free_windows(subject.graph)
    try:
        return torch.export.export(
            subject.graph,
            (torch.zeros(2, 3, height, width),),  # 1 would be taken for constant
            dynamic_shapes=({0: Dim("batch")},),
        )
    except (RuntimeError, torch._dynamo.exc.TorchDynamoException) as error:
        raise ValueError(f"torch.export refuses this network: {error}") from error
