import json
from types import SimpleNamespace

import pytest

from mcf.export import Parity, ParityError
from mcf.utils.command import run_command
from tests.tools import load_tool


@pytest.fixture(scope="module")
def tool():
    return load_tool("export")


@pytest.fixture
def onnx(tool, monkeypatch):
    """What the tool asks ``export_onnx`` for, and what that says."""
    seen = SimpleNamespace(deviation=0.01)

    def export_onnx(checkpoint, path, **settings):
        seen.settings = settings
        parity = Parity(
            "landmarks", 2, seen.deviation, 0.1, "px", {"ONNX": 1.0}, threads=1
        )
        if not parity.passed:
            raise ParityError(parity)
        path.write_bytes(b"network")
        return parity

    monkeypatch.setattr("mcf.export.export_onnx", export_onnx)
    return seen


def test_settings_reach_the_export(tool, onnx, tmp_path, capsys):
    code = tool.main(
        [
            *("run.pth", str(tmp_path / "x.onnx"), "--decode"),
            *("--config", "mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112"),
            *("--cfg-options", "model.test_cfg.flip_test=True"),
            *("--faces", "3", "--runs", "0", "--pooling", "cls"),
        ]
    )
    assert code == 0
    config = onnx.settings.pop("config")
    assert config.model.test_cfg.flip_test is True
    assert onnx.settings == dict(decode=True, pooling="cls", faces=3, runs=0)
    printed = capsys.readouterr().out
    assert "landmarks: 0.01 px on 2 drawn faces (limit 0.1)" in printed
    assert f"wrote {tmp_path / 'x.onnx'}" in printed


@pytest.mark.parametrize(("deviation", "code"), [(0.01, 0), (0.5, 1)])
def test_report_is_written_whether_the_export_passes_or_fails(
    tool, onnx, tmp_path, capsys, deviation, code
):
    onnx.deviation = deviation
    report = tmp_path / "report.json"
    arguments = ["run.pth", str(tmp_path / "x.onnx"), "--report", str(report)]
    assert tool.main(arguments) == code
    assert json.loads(report.read_text())["deviation"] == deviation
    assert (tmp_path / "x.onnx").exists() is (code == 0)
    assert ("above the limit" in capsys.readouterr().err) is (code == 1)


def test_backbone_is_written_for_another_library(
    tool,
    exported,
    tmp_path,
    capsys,
):
    assert tool.main([str(exported), str(tmp_path / "vit"), "--to", "timm"]) == 0
    assert (tmp_path / "vit/config.json").is_file()
    assert "model.safetensors" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.pth", "x.onnx"], "absent.pth"),
        (["absent.pth", "x.onnx", "--config", "no-such-model"], "no-such-model"),
        (["absent.pth", "x.pth"], "ends in .onnx"),
        (["absent.pth", "x", "--to", "huggingface"], "absent.pth"),
    ],
)
def test_mistake_ends_with_one_line_and_a_failing_exit(
    tool, arguments, message, capsys
):
    if "x.onnx" in arguments or "x.pth" in arguments:
        pytest.importorskip("onnxscript")
    assert run_command(tool.main, arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ") and message in error
