"""Networks for other runtimes and libraries; needs ``requirements/export.txt``."""

from .card import ModelCard
from .onnx_file import ParityError, export_onnx
from .parity import Parity
from .runtime import (
    OnnxEmbedding,
    OnnxLandmarks,
    OnnxNetwork,
    OnnxParsing,
    open_onnx_model,
)
from .weights import export_weights

__all__ = [
    "ModelCard",
    "OnnxEmbedding",
    "OnnxLandmarks",
    "OnnxNetwork",
    "OnnxParsing",
    "Parity",
    "ParityError",
    "export_onnx",
    "export_weights",
    "open_onnx_model",
]
