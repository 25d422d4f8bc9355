import copy
import sys

import numpy as np
import pytest
import torch

from mcf.export import (
    OnnxNetwork,
    ParityError,
    export_onnx,
    onnx_file,
    open_onnx_model,
)
from mcf.export.parity import drawn_crops
from mcf.export.subject import open_subject
from mcf.inference.inside import MODEL_INSIDE

for package in ("onnx", "onnxscript", "onnxruntime"):
    pytest.importorskip(package)


@pytest.mark.parametrize("task", ["landmarks", "parsing", "embedding", "inside"])
def test_file_names_no_folder_of_the_machine(onnx_files, task):
    path = MODEL_INSIDE if task == "inside" else getattr(onnx_files, task)
    data = path.read_bytes()
    assert b'File "' not in data and b"site-packages" not in data


def test_file_says_what_it_is(onnx_files, landmarks, parsing, exported):
    card = OnnxNetwork(onnx_files.landmarks).card
    assert (card.task, card.landmarks, card.points) == ("landmarks", "ibug68", 68)
    assert (card.crop.kind, card.crop.size, card.crop.scale) == ("box", (112, 112), 0.8)
    assert card.channels == "rgb" and card.mean == (123.675, 116.28, 103.53)
    assert card.checkpoint == landmarks[1].name and len(card.sha256) == 64
    assert card.config.startswith("mcf_vit-tiny-p14_simcc")
    assert list(card.outputs) == ["simcc_x", "simcc_y", "points", "scores"]
    card = OnnxNetwork(onnx_files.parsing).card
    assert card.task == "parsing" and len(card.class_set.classes) == 11
    assert list(card.outputs) == ["logits", "labels"]
    card = OnnxNetwork(onnx_files.embedding).card
    assert card.task == "embedding" and card.crop.recipe.name == "square"
    assert (card.config, card.mean) == ("", (120.0, 110.0, 100.0))
    assert list(card.outputs) == ["tokens", "cls_token", "embedding"]


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_any_batch_gives_what_pytorch_gives(onnx_files, landmarks, batch):
    config, checkpoint = landmarks
    eager = open_subject(checkpoint, config).eager
    model = open_onnx_model(onnx_files.landmarks)
    crops = drawn_crops(model.rule, batch)
    for theirs, ours in zip(model.predict(crops), eager.predict(crops), strict=True):
        assert theirs.shape == ours.shape
        assert np.abs(theirs - ours).max() < 1e-3


def test_labels_are_the_strongest_logits(onnx_files):
    network = OnnxNetwork(onnx_files.parsing)
    crops = drawn_crops(network.card.crop, 3)
    logits, labels = network.run(crops, ["logits", "labels"])
    assert labels.dtype == np.uint8
    assert np.array_equal(labels, logits.argmax(axis=1))


def test_undecoded_network_is_compared_too_and_refused_by_the_runtime(
    exported, tmp_path
):
    path = tmp_path / "new" / "raw.onnx"
    parity = export_onnx(exported, path, faces=1, runs=1)
    assert parity.passed and set(parity.milliseconds) == {"PyTorch", "ONNX"}
    assert list(OnnxNetwork(path).card.outputs) == ["tokens", "cls_token"]
    with pytest.raises(ValueError, match="export it again with --decode"):
        open_onnx_model(path)


def test_export_that_differs_from_pytorch_leaves_no_file(
    exported, tmp_path, monkeypatch
):
    write = onnx_file.write_onnx

    def write_something_else(subject, path):
        write(subject, path)
        with torch.no_grad():
            subject.graph.model.layers[0].attn.proj.bias[0].add_(1)

    monkeypatch.setattr(onnx_file, "write_onnx", write_something_else)
    with pytest.raises(ParityError, match="differs from its source") as caught:
        export_onnx(exported, tmp_path / "bad.onnx", decode=True, faces=1, runs=0)
    assert caught.value.parity.deviation > 1e-3
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model.test_cfg.flip_test": True}, "flip_test=False"),
        ({"default_scope": "mmdet"}, "none of mmpose"),
        (
            {
                "model.data_preprocessor.bgr_to_rgb": False,
                "model.data_preprocessor.rgb_to_bgr": True,
            },
            "set bgr_to_rgb",
        ),
        ({"model.head.decoder.use_dark": True}, "cannot be exported"),
    ],
)
def test_network_that_cannot_be_exported_is_refused(
    landmarks, tmp_path, options, message
):
    config, checkpoint = landmarks
    config = copy.deepcopy(config)
    config.merge_from_dict(options)
    with pytest.raises(ValueError, match=message):
        export_onnx(checkpoint, tmp_path / "x.onnx", config=config)
    assert not list(tmp_path.iterdir())


def test_sliding_windows_are_refused(parsing, tmp_path):
    config, checkpoint = parsing
    config = copy.deepcopy(config)
    config.model.test_cfg = dict(mode="slide", crop_size=(64, 64), stride=(32, 32))
    with pytest.raises(ValueError, match=r"test_cfg\.mode=whole"):
        export_onnx(checkpoint, tmp_path / "x.onnx", config=config)


def test_mistakes_name_the_remedy(exported, landmarks, tmp_path, monkeypatch):
    with pytest.raises(ValueError, match=r"ends in \.onnx"):
        export_onnx(exported, tmp_path / "x.pth")
    with pytest.raises(ValueError, match="at least one"):
        export_onnx(exported, tmp_path / "x.onnx", faces=0)
    with pytest.raises(FileNotFoundError, match="absent"):
        export_onnx(tmp_path / "absent.pth", tmp_path / "x.onnx")
    with pytest.raises(ValueError, match="give its config too"):
        export_onnx(landmarks[1], tmp_path / "x.onnx")
    monkeypatch.setattr(onnx_file, "LARGEST", 100)
    with pytest.raises(ValueError, match="GiB of weights"):
        export_onnx(exported, tmp_path / "x.onnx")
    assert not list(tmp_path.iterdir())


def test_network_that_torch_cannot_export_is_refused(exported, tmp_path, monkeypatch):
    def refuse(*args, **settings):
        raise torch.onnx.OnnxExporterError("step 1 of 3") from TypeError("no len()")

    monkeypatch.setattr(torch.onnx, "export", refuse)
    with pytest.raises(
        ValueError, match=r"torch's exporter refuses this network: no len"
    ):
        export_onnx(exported, tmp_path / "x.onnx")
    assert not list(tmp_path.iterdir())


def test_missing_exporter_is_named_with_the_command(exported, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ImportError, match=r"onnxscript.*requirements/export\.txt"):
        export_onnx(exported, tmp_path / "x.onnx")
