import numpy as np
import pytest

from mcf.export import OnnxNetwork, ParityError, open_onnx_model, reduce_precision
from mcf.export.parity import drawn_crops
from mcf.export.precision import (
    MEASURES,
    after_last_layers,
    answers,
    delicate_layers,
    mean_distance,
)
from mcf.inference.inside import MODEL_INSIDE
from tests.tools import load_tool

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")


def weights(path, kind: int) -> int:
    """Bytes of the weights of a kind."""
    tensors = onnx.load(str(path)).graph.initializer
    return sum(len(t.raw_data) for t in tensors if t.data_type == kind)


@pytest.mark.parametrize("task", ["landmarks", "parsing", "embedding"])
def test_float16_is_half_as_large_and_near(onnx_files, task, tmp_path):
    source, path = getattr(onnx_files, task), tmp_path / "half.onnx"
    parity = reduce_precision(source, path, "fp16", faces=4, runs=0)
    assert parity.faces == 4 and parity.deviation <= parity.limit
    half, whole = onnx.TensorProto.FLOAT16, onnx.TensorProto.FLOAT
    assert weights(path, half) > 0.9 * weights(source, whole) / 2
    assert weights(path, whole) < 0.1 * weights(source, whole)
    assert OnnxNetwork(path).card == OnnxNetwork(source).card
    assert open_onnx_model(path).task == task


def test_model_inside_in_float16_keeps_its_points_to_a_tenth_of_a_pixel(tmp_path):
    path = tmp_path / "half.onnx"
    parity = reduce_precision(MODEL_INSIDE, path, "fp16", faces=4, runs=1)
    assert set(parity.milliseconds) == {"float32", "reduced"}
    crops = drawn_crops(OnnxNetwork(path).card.crop, 3)
    both = [open_onnx_model(p).predict(crops) for p in (path, MODEL_INSIDE)]
    assert 0 < mean_distance(both[0][0], both[1][0]) < 0.1
    assert [a.dtype for a in both[0]] == [np.float32] * 3


@pytest.mark.slow
def test_model_inside_in_int8_is_a_third_as_large_and_near(tmp_path):
    path = tmp_path / "small.onnx"
    parity = reduce_precision(MODEL_INSIDE, path, "int8", faces=16, runs=0)
    assert parity.deviation <= parity.limit
    assert path.stat().st_size < 0.4 * MODEL_INSIDE.stat().st_size


def test_int8_of_a_transformer_holds_bytes(onnx_files, tmp_path):
    path = tmp_path / "small.onnx"
    try:
        reduce_precision(onnx_files.embedding, path, "int8", faces=2, runs=0)
    except ParityError:
        pytest.skip("these random weights do not bear it")
    kinds = {tensor.data_type for tensor in onnx.load(str(path)).graph.initializer}
    assert onnx.TensorProto.INT8 in kinds


def test_too_much_loss_is_refused_and_the_old_file_stays(tmp_path, monkeypatch):
    path = tmp_path / "half.onnx"
    path.write_bytes(b"old")
    strict = {
        name: type(m)(m.deviation, m.unit, 1e-9) for name, m in MEASURES["fp16"].items()
    }
    monkeypatch.setitem(MEASURES, "fp16", strict)
    with pytest.raises(ParityError, match="limit 1e-09"):
        reduce_precision(MODEL_INSIDE, path, "fp16", faces=2, runs=0)
    assert path.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_what_follows_the_last_layers_stays_in_float32():
    graph = onnx.load(str(MODEL_INSIDE)).graph
    tail = {node.op_type for node in after_last_layers(graph)}
    assert {"Softmax", "ReduceSum", "Resize", "Sub"} <= tail and "Conv" not in tail
    spared = {node.name for node in delicate_layers(graph)}
    layers = [node.name for node in graph.node if node.op_type == "Conv"]
    assert layers[0] in spared and 10 < len(spared) < len(layers) / 2


def test_what_cannot_be_reduced_is_refused(onnx_files, tmp_path):
    half = tmp_path / "half.onnx"
    reduce_precision(MODEL_INSIDE, half, "fp16", faces=1, runs=0)
    with pytest.raises(ValueError, match="reduced already"):
        reduce_precision(half, tmp_path / "x.onnx", "int8")
    raw, model = tmp_path / "raw.onnx", onnx.load(str(onnx_files.embedding))
    about = {prop.key: prop.value for prop in model.metadata_props}
    onnx.helper.set_model_props(model, about | {"mcf.outputs": '{"tokens": "all"}'})
    onnx.save(model, str(raw))
    with pytest.raises(ValueError, match=r"gives no embedding: .*--decode"):
        reduce_precision(raw, tmp_path / "x.onnx", "fp16")
    with pytest.raises(ValueError, match="precision='int4'"):
        reduce_precision(MODEL_INSIDE, tmp_path / "x.onnx", "int4")
    with pytest.raises(ValueError, match=r"ends in \.onnx"):
        reduce_precision(MODEL_INSIDE, tmp_path / "x.bin", "fp16")
    assert not (tmp_path / "x.onnx").exists()


def test_answers_of_a_joint_file_are_points_and_labels():
    network = OnnxNetwork(MODEL_INSIDE)
    found = answers(network, drawn_crops(network.card.crop, 2))
    assert found["landmarks"].shape == (2, 68, 2)
    assert found["parsing"].shape == (2, 160, 160)


def test_command_reduces_a_file_and_a_checkpoint(exported, tmp_path, capsys):
    main = load_tool("export").main
    options = ["--precision", "fp16", "--faces", "2", "--runs", "0"]
    assert main([str(MODEL_INSIDE), "--out", str(tmp_path / "a.onnx"), *options]) == 0
    out = str(tmp_path / "b.onnx")
    assert main([str(exported), "--out", out, "--decode", *options]) == 0
    text = capsys.readouterr().out
    assert "joint" in text and text.count("embedding: ") == 2
    assert OnnxNetwork(out).card.task == "embedding"
