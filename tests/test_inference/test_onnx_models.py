import json
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer
from mcf.inference.onnx_models import (
    OnnxEmbedding,
    OnnxLandmarks,
    OnnxNetwork,
    OnnxParsing,
    open_onnx_model,
)
from tests.fresh_python import run_fresh

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxscript")
pytest.importorskip("onnxruntime")


@pytest.fixture(scope="module")
def exported_inferencer(onnx_files):
    return FaceInferencer(
        landmarks=open_onnx_model(onnx_files.landmarks, threads=1),
        parsing=open_onnx_model(onnx_files.parsing, threads=1),
        embedding=open_onnx_model(onnx_files.embedding, threads=1),
        detector=None,
        batch_size=3,
    )


def test_inferencer_gives_the_results_of_pytorch(
    exported_inferencer, landmarks, parsing, exported, photos
):
    eager = FaceInferencer(
        landmarks=landmarks, parsing=parsing, embedding=exported, detector=None
    )
    for theirs, ours in zip(exported_inferencer(photos), eager(photos), strict=True):
        assert theirs.landmarks.schema == ours.landmarks.schema
        assert theirs.parsing.class_set == ours.parsing.class_set
        distance = np.abs(theirs.landmarks.points - ours.landmarks.points)
        assert distance.max() < 0.1
        assert np.array_equal(theirs.boxes, ours.boxes)
        assert np.mean(theirs.mask(0) != ours.mask(0)) < 1e-3
        # this backbone is pooled by its class token, PyTorch's by the mean
        assert theirs.embeddings.shape == ours.embeddings.shape == (1, 16)


def test_threads_get_what_a_single_one_gets(exported_inferencer, photos):
    serial = [exported_inferencer(photo) for photo in photos]
    with ThreadPoolExecutor(8) as pool:
        parallel = list(pool.map(exported_inferencer, photos))
    for one, other in zip(serial, parallel, strict=True):
        assert np.array_equal(one.landmarks.points, other.landmarks.points)
        assert np.array_equal(one.mask(0), other.mask(0))


@pytest.mark.parametrize(
    ("kind", "task"),
    [
        (OnnxLandmarks, "parsing"),
        (OnnxParsing, "embedding"),
        (OnnxEmbedding, "landmarks"),
    ],
)
def test_network_for_another_task_is_refused(onnx_files, kind, task):
    with pytest.raises(ValueError, match=f"is a network for {task}, not for"):
        kind(OnnxNetwork(getattr(onnx_files, task)))


def test_file_that_is_no_exported_network_is_refused(onnx_files, tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        OnnxNetwork(tmp_path / "absent.onnx")
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(onnx_files.landmarks.read_bytes()[:1000])
    with pytest.raises(ValueError, match="cannot be used"):
        OnnxNetwork(damaged)
    foreign = tmp_path / "foreign.onnx"
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1])
    same = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "foreign", [value], [same])
    opset = [onnx.helper.make_opsetid("", 18)]
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=opset, ir_version=10), foreign
    )
    with pytest.raises(ValueError, match="says nothing about faces"):
        OnnxNetwork(foreign)


def test_device_that_is_not_there_is_refused(onnx_files):
    for device in ("tpu", "cpu:x"):
        with pytest.raises(ValueError, match=f"cannot compute on '{device}'"):
            OnnxNetwork(onnx_files.landmarks, device=device)


@pytest.fixture
def cuda_runtime(onnx_files, monkeypatch):
    """Stand-in for onnxruntime's CUDA build; ``works`` says whether CUDA starts."""
    import onnxruntime

    cuda, cpu = "CUDAExecutionProvider", "CPUExecutionProvider"
    metadata = onnxruntime.InferenceSession(
        onnx_files.landmarks, providers=[cpu]
    ).get_modelmeta()
    fake = SimpleNamespace(works=True, asked=None)

    def session(path, options, *, providers):
        fake.asked = providers
        return SimpleNamespace(
            get_modelmeta=lambda: metadata,
            get_providers=lambda: [cuda, cpu] if fake.works else [cpu],
        )

    fake.InferenceSession = session
    fake.SessionOptions = SimpleNamespace
    fake.get_available_providers = lambda: [cuda, cpu]
    monkeypatch.setitem(sys.modules, "onnxruntime", fake)
    return fake


@pytest.mark.parametrize(("device", "index"), [("cuda", 0), ("cuda:3", 3)])
def test_index_of_the_device_reaches_the_runtime(
    onnx_files, cuda_runtime, device, index
):
    OnnxNetwork(onnx_files.landmarks, device=device)
    assert cuda_runtime.asked == [("CUDAExecutionProvider", {"device_id": index})]


def test_device_that_does_not_start_is_no_silent_cpu(onnx_files, cuda_runtime):
    cuda_runtime.works = False
    with pytest.raises(ValueError, match=r"could not start 'cuda:1'.*fell back"):
        OnnxNetwork(onnx_files.landmarks, device="cuda:1")


def test_missing_runtime_is_named_with_the_command(onnx_files, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ImportError, match=r"onnxruntime.*requirements/export\.txt"):
        OnnxNetwork(onnx_files.landmarks)


@pytest.mark.parametrize("detector", ["none", "retinaface"])
def test_command_needs_neither_pytorch_nor_mmengine(onnx_files, tmp_path, detector):
    if detector == "retinaface":
        pytest.importorskip("retinaface")
    photo, out = tmp_path / "face.png", tmp_path / "out"
    cv2.imwrite(str(photo), np.pad(draw_face(1, 160).image, ((60,), (60,), (0,))))
    networks = [f"--onnx={path}" for path in vars(onnx_files).values()]
    words = ["infer", str(photo), f"--out={out}", f"--detector={detector}", *networks]
    said = run_fresh(
        f"from mcf.cli import main\nassert main({words!r}) in (0, 3)",
        blocked=("torch", "torchvision", "mmengine", "mmcv", "mmpretrain"),
    )
    assert "1 images analysed" in said
    (result,) = out.glob("*.json")
    found = json.loads(result.read_text())
    assert found.keys() >= {"landmarks", "parsing", "embeddings"}
    if detector == "none":
        assert np.shape(found["landmarks"]["points"]) == (1, 68, 2)
