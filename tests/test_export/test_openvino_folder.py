import sys

import numpy as np
import pytest

from mcf.export import ParityError, export_openvino
from mcf.export.openvino_folder import OpenvinoNetwork
from mcf.export.parity import drawn_crops
from mcf.export.subject import open_subject


@pytest.fixture
def openvino():
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package)
    return pytest.importorskip("openvino")


@pytest.mark.slow
@pytest.mark.parametrize("task", ["landmarks", "parsing"])
def test_network_is_proven_and_takes_any_batch(openvino, request, task, tmp_path):
    config, checkpoint = request.getfixturevalue(task)
    folder = tmp_path / "face"
    settings = dict(config=config, decode=True)
    parity = export_openvino(checkpoint, folder, **settings, faces=3, runs=1)
    assert parity.passed and set(parity.milliseconds) == {"PyTorch", "OpenVINO"}
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["mcf.json", "network.bin", "network.xml"]
    network = OpenvinoNetwork(folder)
    name = dict(landmarks="points", parsing="labels")[task]
    crops = drawn_crops(network.card.crop, 5)
    (found,) = network.run(crops, [name])
    truth = open_subject(checkpoint, config, decode=True).eager.predict(crops)
    if task == "landmarks":
        np.testing.assert_allclose(found, truth[0], atol=0.1)
    else:
        assert (found == truth.argmax(dim=1).numpy()).mean() > 0.999


@pytest.mark.slow
def test_one_that_differs_is_not_written(openvino, landmarks, tmp_path, monkeypatch):
    config, checkpoint = landmarks
    run = OpenvinoNetwork.run
    monkeypatch.setattr(
        OpenvinoNetwork, "run", lambda *args: [one + 1 for one in run(*args)]
    )
    with pytest.raises(ParityError):
        export_openvino(
            checkpoint, tmp_path / "x", config=config, decode=True, faces=2, runs=0
        )
    assert not (tmp_path / "x").exists()


def test_missing_package_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(ImportError, match=r"requirements/openvino\.txt"):
        export_openvino(tmp_path / "x.pth", tmp_path / "out")
