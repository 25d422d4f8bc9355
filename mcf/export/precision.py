"""Exported networks in fewer bits, written only where their answers stay close."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from mcf.inference.model_card import INPUT, PREFIX
from mcf.inference.onnx_models import OnnxNetwork
from mcf.utils.atomic_file import naming_full_disk, whole_file
from mcf.utils.requirements import require
from mcf.utils.timing import alternate

from .parity import (
    Answers,
    Measure,
    Parity,
    ParityError,
    drawn_crops,
    f1_deviation,
    probability_deviation,
    vector_deviation,
    worst,
)

if TYPE_CHECKING:
    from onnx import GraphProto, ModelProto, NodeProto

Precision = Literal["fp16", "int8"]
PRECISIONS: tuple[Precision, ...] = get_args(Precision)
HEAVY = ("Conv", "ConvTranspose", "MatMul", "Gemm")
"""Operations that hold nearly all weights and time."""
CALIBRATION_FACES = 64
CALIBRATION_SEED = 8
"""Of drawn faces none of which is compared later."""


def mean_distance(points: np.ndarray, truth: np.ndarray) -> float:
    """Mean distance between corresponding points [N,K,2]."""
    return float(np.linalg.norm(points - truth, axis=-1).mean())


def _measures(pixels: float, f1: float, probability: float, vector: float) -> Mapping:
    return dict(
        landmarks=Measure(mean_distance, "px on average", pixels),
        parsing=Measure(f1_deviation, "points of mean F1", f1),
        attributes=Measure(
            probability_deviation, "of a probability at most", probability
        ),
        embedding=Measure(vector_deviation, "of a vector's length at most", vector),
    )


MEASURES: dict[Precision, Mapping[str, Measure]] = dict(
    fp16=_measures(0.1, 0.2, 0.01, 0.01), int8=_measures(0.5, 2.0, 0.1, 0.1)
)
"""What may get lost against the file in float32."""


def reduce_precision(
    source: str | Path,
    path: str | Path,
    precision: Precision,
    *,
    faces: int = 32,
    runs: int = 3,
) -> Parity:
    """Write a copy of an exported network in float16 or 8-bit integers.

    The file appears only when its answers about drawn faces are near those of the
    source. In float16 everything is but what follows the last layers: coordinates of
    large crops would lose parts of a pixel. In int8 (static, a scale for each channel
    of weights, ranges by other drawn faces) the layers with weights are, but for the
    first, the last ones and convolutions of single channels, which hold few weights and
    lose the most.

    Args:
        source: Written by ``mcf export`` in float32, with its decoder.
        path: File to write, ``.onnx``.
        precision: ``fp16`` or ``int8``.
        faces: To compare.
        runs: Timed answers of each about one face; 0 for none.

    Raises:
        FileNotFoundError: If there is no such file.
        ImportError: If a package is missing.
        ParityError: If too much gets lost; nothing is written.
        ValueError: If the source cannot be reduced.
    """
    onnx = require("onnx")
    if precision not in PRECISIONS:
        raise ValueError(f"precision={precision!r} must be one of {PRECISIONS}")
    path = Path(path).expanduser()
    if path.suffix != ".onnx":
        raise ValueError(f"{path}: an ONNX file ends in .onnx")
    if faces < 1:
        raise ValueError(f"faces={faces}: compare at least one")
    original = OnnxNetwork(source, threads=1)
    answers(original, drawn_crops(original.card.crop, 1))  # refuses what has no decoder
    model = onnx.load(str(original.path))
    if any(prop.key == f"{PREFIX}precision" for prop in model.metadata_props):
        raise ValueError(f"{source} has been reduced already: give the float32 file")
    reduced = _in_float16(model) if precision == "fp16" else _in_int8(original)
    del reduced.metadata_props[:]
    about = {prop.key: prop.value for prop in model.metadata_props}
    about[f"{PREFIX}precision"] = precision
    onnx.helper.set_model_props(reduced, about)
    with whole_file(path) as file, naming_full_disk(path):
        file.write(reduced.SerializeToString())
        file.flush()
        parity = compare_files(
            original,
            OnnxNetwork(file.name, threads=1),
            MEASURES[precision],
            faces=faces,
            runs=runs,
        )
        if not parity.passed:
            raise ParityError(parity)
    return parity


def compare_files(
    original: OnnxNetwork,
    reduced: OnnxNetwork,
    measures: Mapping[str, Measure],
    *,
    faces: int,
    runs: int,
) -> Parity:
    """Ask two files of one network about the same drawn faces, and time them in turn.

    Args:
        original: In float32.
        reduced: In fewer bits.
        measures: By which answers are compared, with their limits.
        faces: How many drawn faces.
        runs: Timed answers of each about one face; 0 for none.
    """
    crops = drawn_crops(original.card.crop, faces)
    milliseconds = {}
    if runs:
        functions = {
            "float32": lambda: answers(original, crops[:1]),
            "reduced": lambda: answers(reduced, crops[:1]),
        }
        timings = alternate(functions, repeats=runs)
        milliseconds = {k: 1000 * timing.median for k, timing in timings.items()}
    return worst(
        answers(reduced, crops),
        answers(original, crops),
        measures,
        task=original.card.task,
        milliseconds=milliseconds,
        threads=1,
    )


def answers(network: OnnxNetwork, crops: np.ndarray) -> Answers:
    """What a file says of crops, by the measure that compares it.

    Raises:
        ValueError: If it was exported without its decoder.
    """
    names = dict(
        landmarks=("points",),
        parsing=("logits",),
        joint=("points", "logits"),
        embedding=("embedding",),
        attributes=("probabilities",),
    )[network.card.task]
    missing = [name for name in names if name not in network.card.outputs]
    if missing:
        raise ValueError(
            f"{network.path} gives no {' or '.join(missing)}: export it with --decode"
        )
    found = dict(zip(names, network.run(crops, names), strict=True))
    if "logits" in found:
        found["parsing"] = found.pop("logits").argmax(axis=1)
    if "points" in found:
        found["landmarks"] = found.pop("points")
    return {
        network.card.task if name in ("embedding", "probabilities") else name: value
        for name, value in found.items()
    }


def _in_float16(model: "ModelProto") -> "ModelProto":
    from onnxruntime.transformers.float16 import convert_float_to_float16

    copy = type(model)()
    copy.CopyFrom(model)
    spared = [node.name for node in after_last_layers(model.graph)]
    return convert_float_to_float16(copy, keep_io_types=True, node_block_list=spared)


def _in_int8(network: OnnxNetwork) -> "ModelProto":
    import onnx
    from onnxruntime.quantization import (
        CalibrationDataReader,
        QuantFormat,
        QuantType,
        quantize_static,
    )
    from onnxruntime.quantization.shape_inference import quant_pre_process

    crops = drawn_crops(network.card.crop, CALIBRATION_FACES, seed=CALIBRATION_SEED)

    class Faces(CalibrationDataReader):
        def __init__(self) -> None:
            self._crops = iter(crops)

        def get_next(self) -> dict[str, np.ndarray] | None:
            crop = next(self._crops, None)
            return (
                None if crop is None else {INPUT: network.card.normalised(crop[None])}
            )

    with tempfile.TemporaryDirectory() as folder:
        prepared, quantised = (str(Path(folder) / f"{n}.onnx") for n in ("p", "q"))
        quant_pre_process(str(network.path), prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            quantised,
            Faces(),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,  # products of 8 bits overflow in AVX2 and AVX-512
            op_types_to_quantize=list(HEAVY),
            nodes_to_exclude=[
                n.name for n in delicate_layers(onnx.load(prepared).graph)
            ],
            extra_options=dict(MatMulConstBOnly=True),
        )
        return onnx.load(quantised)


def after_last_layers(graph: "GraphProto") -> Iterator["NodeProto"]:
    """Nodes between the last layers with weights and the outputs."""
    for node, is_layer in _from_outputs(graph):
        if not is_layer:
            yield node


def delicate_layers(graph: "GraphProto") -> Iterator["NodeProto"]:
    """The first and the last layers, and convolutions of groups of channels."""
    layers = [node for node in graph.node if node.op_type in HEAVY]
    yield from layers[:1]
    yield from (node for node, is_layer in _from_outputs(graph) if is_layer)
    for node in layers:
        if any(a.name == "group" and a.i > 1 for a in node.attribute):
            yield node


def _from_outputs(graph: "GraphProto") -> Iterator[tuple["NodeProto", bool]]:
    """Nodes from the outputs back to the nearest layers, these included."""
    makers = {name: node for node in graph.node for name in node.output}
    names, seen = [output.name for output in graph.output], set()
    while names:
        node = makers.get(names.pop())
        if node is None or node.name in seen:
            continue
        seen.add(node.name)
        is_layer = node.op_type in HEAVY
        yield node, is_layer
        if not is_layer:
            names += node.input
