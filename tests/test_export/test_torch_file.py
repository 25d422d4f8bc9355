import json

import numpy as np
import pytest
import torch

from mcf.export import ParityError, export_torch
from mcf.export.parity import drawn_crops
from mcf.export.subject import open_subject
from mcf.inference.model_card import ModelCard
from tests.tools import load_tool


def test_program_answers_as_the_network_in_any_batch(exported, tmp_path):
    path = tmp_path / "backbone.pt2"
    parity = export_torch(exported, path, decode=True, faces=3, runs=1)
    assert parity.passed and set(parity.milliseconds) == {"PyTorch", "torch.export"}
    about = {"mcf.json": ""}
    module = torch.export.load(path, extra_files=about).module()
    card = ModelCard.from_metadata(json.loads(about["mcf.json"]))
    subject = open_subject(exported, decode=True)
    for batch in (1, 5):
        crops = drawn_crops(card.crop, batch)
        outputs = module(torch.from_numpy(card.normalised(crops)))
        found = dict(zip(card.outputs, outputs, strict=True))["embedding"]
        assert np.allclose(found.detach(), subject.eager.predict(crops), atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("task", ["landmarks", "parsing"])
def test_programs_of_both_dense_tasks_are_proven(request, task, tmp_path):
    config, checkpoint = request.getfixturevalue(task)
    path = tmp_path / "x.pt2"
    parity = export_torch(checkpoint, path, config=config, decode=True, faces=2, runs=0)
    assert parity.passed and path.exists()


def test_one_that_differs_is_not_written(exported, tmp_path, monkeypatch):
    path = tmp_path / "x.pt2"
    run = "mcf.export.torch_file.TorchProgram.run"
    monkeypatch.setattr(
        run, lambda self, crops, names: [np.ones((len(crops), 16), np.float32)] * 3
    )
    with pytest.raises(ParityError, match="differs from its source"):
        export_torch(exported, path, decode=True, faces=2, runs=0)
    assert list(tmp_path.iterdir()) == []


def test_wrong_calls_are_refused(exported, tmp_path, capsys):
    with pytest.raises(ValueError, match=r"ends in \.pt2"):
        export_torch(exported, tmp_path / "x.onnx")
    main = load_tool("export").main
    with pytest.raises(SystemExit):
        main(["a.pth", "--out", "b.pt2", "--to", "torch", "--precision", "int8"])
    assert "--precision is for --to onnx" in capsys.readouterr().err


@pytest.mark.slow
def test_command_writes_a_program(exported, tmp_path, capsys):
    out = tmp_path / "x.pt2"
    call = [str(exported), "--out", str(out), "--to", "torch", "--faces", "2"]
    assert load_tool("export").main(call) == 0
    assert f"wrote {out}" in capsys.readouterr().out
