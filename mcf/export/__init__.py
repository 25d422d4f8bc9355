"""Networks for other runtimes and libraries; needs ``requirements/export.txt``."""

from mcf.utils.lazy import lazy_names

_HOMES = {
    "ModelCard": "mcf.inference.model_card",
    "OnnxEmbedding": "mcf.inference.onnx_models",
    "OnnxJoint": "mcf.inference.onnx_models",
    "OnnxLandmarks": "mcf.inference.onnx_models",
    "OnnxNetwork": "mcf.inference.onnx_models",
    "OnnxParsing": "mcf.inference.onnx_models",
    "Parity": "mcf.export.parity",
    "ParityError": "mcf.export.parity",
    "export_onnx": "mcf.export.onnx_file",
    "export_openvino": "mcf.export.openvino_folder",
    "export_torch": "mcf.export.torch_file",
    "export_weights": "mcf.export.weights",
    "join_networks": "mcf.export.join",
    "reduce_precision": "mcf.export.precision",
    "open_onnx_model": "mcf.inference.onnx_models",
}

__all__ = list(_HOMES)
__getattr__, __dir__ = lazy_names(__name__, _HOMES)
