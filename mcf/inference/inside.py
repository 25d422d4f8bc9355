"""The model that comes with the package (docs/model_inside.md)."""

from pathlib import Path
from typing import TYPE_CHECKING

import mcf

from .models import JointModel
from .onnx_models import OnnxJoint, OnnxNetwork

if TYPE_CHECKING:
    import torch

MODEL_INSIDE = Path(mcf.__file__).parent / "hub" / "weights" / "mcf_inside.onnx"


def open_model_inside(device: "str | torch.device" = "cpu") -> JointModel:
    """The model inside, ready for ``FaceInferencer``.

    Args:
        device: As for :class:`~mcf.inference.onnx_models.OnnxNetwork`.

    Raises:
        ImportError: If onnxruntime is missing, with the remedy.
    """
    return OnnxJoint(OnnxNetwork(MODEL_INSIDE, device=str(device)))
