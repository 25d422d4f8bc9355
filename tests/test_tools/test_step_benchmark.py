import json
import subprocess
import sys
from collections.abc import Callable

import cv2
import pytest
import torch
from mmengine.config import Config

from mcf.drawn_faces import draw_face
from mcf.utils.timing import Timing
from projects.step_benchmark.step import Step, StepReport
from tests.test_engine.tiny_run import write_run
from tests.test_inference.conftest import tiny_alignment
from tests.tools import TOOLS, load_tool


def test_step_prints_tables_and_writes_them(tmp_path):
    config, out = write_run(tmp_path), tmp_path / "out.json"
    arguments = ["--config", config, "--batch-size", "4", "--out", out]
    command = [sys.executable, TOOLS / "step_benchmark.py", "step", *arguments]
    done = subprocess.run(
        [*map(str, command), "--repeats", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "share of peak" in done.stdout and "optimiser" in done.stdout
    results = json.loads(out.read_text())
    assert set(results["steps"]) == {"plain", "mcf"}


def counted_here(
    cfg: Config,
    *,
    batch_size: int,
    device: torch.device,
    dtype: torch.dtype,
    threads: int,
    repeats: int,
) -> tuple[dict[str, StepReport], dict[str, Timing]]:
    """What ``compare_steps`` returns, of one step in this process and of no time."""
    step = Step(cfg.to_dict(), "plain", batch_size, device, dtype)
    losses, flops = step.first()
    return dict(mcf=StepReport(Timing((1.0,)), batch_size, flops, 1, losses)), {}


@pytest.fixture
def run(monkeypatch, tmp_path) -> Callable[..., dict]:
    """Calls the tool in this process; returns what it writes."""
    tool, out = load_tool("step_benchmark"), tmp_path / "out.json"
    monkeypatch.setattr(tool, "compare_steps", counted_here)
    monkeypatch.setattr(tool, "matmul_peak", lambda device, dtype: 1e9)

    def call(*arguments: object) -> dict:
        line = ["step_benchmark.py", *arguments, "--threads", 1, "--out", out]
        monkeypatch.setattr(sys, "argv", [str(argument) for argument in line])
        tool.main()
        return json.loads(out.read_text())

    return call


@pytest.mark.parametrize(
    ("setting", "values", "times"),  # how much the work per image grows
    [
        ("batch_size", (2, 4), (1, 1)),
        ("image_size", (32, 64), (3.5, 8)),
        ("arch", ("deit-tiny", "deit-small"), (2.5, 4)),
        ("mask_ratio", (0.75, 0.5), (1.05, 2)),
    ],
)
def test_work_per_image_grows_with_the_setting(run, tmp_path, setting, values, times):
    config = write_run(tmp_path)
    results = run("scaling", setting, *values, "--config", config, "--batch-size", 2)
    rows = results["rows"]
    assert [row[setting] for row in rows] == [str(value) for value in values]
    rates = [float(row["images/s"]) for row in rows]
    assert rates == (list(values) if setting == "batch_size" else [2, 2])
    small, large = (float(row["GFLOP/image"]) for row in rows)
    assert times[0] <= large / small <= times[1]


def test_both_forms_of_attention_have_a_row(run):
    rows = run("attention", "--repeats", 1)["rows"]
    assert [row["form"] for row in rows] == ["fused", "plain"]


def test_every_store_has_a_row_beside_that_of_pillow(run, tmp_path, capsys):
    folder = tmp_path / "faces"
    folder.mkdir()
    for seed in range(3):
        image = draw_face(seed, 48).image[..., ::-1]
        cv2.imwrite(str(folder / f"{seed}.jpg"), image)
    rows = run("loading", folder, "--images", 2, "--repeats", 1)["rows"]
    assert len(rows) == 6 and rows[0]["way"] == "Pillow from a folder"
    assert float(rows[0]["times Pillow"]) == 1
    assert "2 images, one process" in capsys.readouterr().out


def test_share_of_the_network_in_inference_is_told(run, tmp_path, capsys):
    config = tmp_path / "alignment.py"
    tiny_alignment().dump(config)
    photos = ["--photos", 2, "--photo-size", 48, "--batch-size", 2]
    results = run("inference", config, *photos, "--detector", "none")
    assert 0 < results["network_share"] < 1
    printed = capsys.readouterr().out
    assert "photos of 48 pixels" in printed and "2 images, 2 faces" in printed
