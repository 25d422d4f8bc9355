import json
from pathlib import Path

import pytest

from mcf.engine import CostHook
from projects.mini_benchmark import MiniBenchmark, read_results
from projects.mini_benchmark.report import SECTION
from tests.test_projects.test_mini_benchmark.tiny_benchmark import (
    write_arm,
    write_protocol,
)
from tools import mini_benchmark, report_mini_benchmark

CLOCKS = {"wall_s", "cpu_s"}


@pytest.fixture(scope="module")
def arguments(quick_runs, tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("arms")
    arms = [
        write_arm(folder, "scratch"),
        write_arm(folder, "mcf_no-teacher", train_cfg=dict(max_epochs=2)),
        write_arm(folder, "teacher_mobilenetv2"),
    ]
    return [*map(str, arms), "--protocol", str(write_protocol(folder)), "--seeds", "0"]


@pytest.fixture(scope="module")
def finished(arguments, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    mini_benchmark.main([*arguments, "--work-dir", str(folder)])
    return folder


def scores(folder: Path) -> dict[tuple[str, str], dict[str, float]]:
    """All numbers but the clocks'."""
    return {
        (result.arm, result.evaluation): {
            name: value for name, value in result.scores.items() if name not in CLOCKS
        }
        for result in read_results(folder)
    }


@pytest.mark.parametrize(
    ("options", "protocol", "store"),
    [
        ([], "drawn", "mcf.SyntheticFaceStore"),
        (["--data", "samples"], "photos", "mcf.open_store"),
        (["--faces", "mine"], "drawn", "mcf.open_store"),
    ],
)
def test_faces_are_drawn_when_no_data_is_given(options, protocol, store, monkeypatch):
    asked = []
    monkeypatch.setattr(MiniBenchmark, "run", lambda *args, **_: asked.append(args))
    mini_benchmark.main(["scratch", "mcf_no-teacher", *options])
    ((benchmark, arms, seeds),) = asked
    assert [arm.name for arm in arms] == ["scratch", "mcf_no-teacher"]
    assert seeds == [0, 1] and benchmark.protocol.name == protocol
    assert benchmark.protocol.store["type"] == store
    assert benchmark.data == Path("samples" if "--data" in options else "data")
    assert ("mine" in benchmark.protocol.store.values()) == ("--faces" in options)


def test_every_arm_is_pretrained_probed_and_finetuned(finished):
    tasks = ["alignment-50", "frozen", "parsing-50", "pretrain"]
    expected = [(arm, task) for arm in ("mcf_no-teacher", "scratch") for task in tasks]
    expected.append(("teacher_mobilenetv2", "frozen"))
    assert sorted(scores(finished)) == expected
    cost = scores(finished)["mcf_no-teacher", "pretrain"]
    assert cost["epochs"] == 2 and cost["images"] == 32
    assert cost["flops_per_image"] > 1e6
    run = next(r for r in read_results(finished) if r.curve and r.arm != "scratch")
    assert [point["images"] for point in run.curve] == [0, 16, 32]


def test_killed_benchmark_goes_on_and_ends_with_the_same_numbers(
    finished, arguments, tmp_path, monkeypatch
):
    again = [*arguments[1:2], *arguments[3:], "--work-dir", str(tmp_path)]

    count = CostHook.after_train_iter

    def die(self, runner, batch_idx, data_batch=None, outputs=None):
        count(self, runner, batch_idx, data_batch, outputs)
        if runner.iter == 2:
            raise KeyboardInterrupt  # the third batch, after the first epoch

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(CostHook, "after_train_iter", die)
        mini_benchmark.main(again)
    assert not (tmp_path / "results").exists()
    mini_benchmark.main([*again, "--until", "1"])  # already there: nothing happens
    mini_benchmark.main(again)
    found, expected = scores(tmp_path), scores(finished)
    assert len(found) == 4
    assert found == {name: expected[name] for name in found}


def test_finished_work_is_not_done_again(finished, arguments):
    files = {p: p.stat().st_mtime_ns for p in (finished / "results").iterdir()}
    mini_benchmark.main([*arguments, "--work-dir", str(finished)])
    assert {p: p.stat().st_mtime_ns for p in files} == files


def test_results_of_other_settings_are_refused(finished, arguments):
    with pytest.raises(ValueError, match="made with other settings"):
        mini_benchmark.main(
            [
                *arguments,
                "--work-dir",
                str(finished),
                "--cfg-options",
                "optim_wrapper.optimizer.lr=0.1",
            ]
        )


def test_report_fills_the_section_of_a_page(finished, tmp_path):
    page = tmp_path / "page.md"
    marks = [SECTION.format(edge=edge) for edge in ("begin", "end")]
    page.write_text(f"# Ours\n\n{marks[0]}\nold\n{marks[1]}\n\nThe end.\n")
    folder = tmp_path / "json"
    folder.mkdir()
    for path in (finished / "results").iterdir():
        (folder / path.name).write_text(path.read_text())
    report_mini_benchmark.main([str(folder), "--page", str(page)])
    text = page.read_text()
    assert text.startswith("# Ours") and text.endswith("The end.\n")
    assert "old" not in text and "| MCF without teacher (pixels) | 1 |" in text
    assert "teacher MobileNetV2 itself" in text
    assert (tmp_path / "images" / "results_curves.png").stat().st_size > 10_000


def test_result_is_plain_json(finished):
    path = finished / "results" / "scratch_seed0_frozen.json"
    assert set(json.loads(path.read_text())["scores"]) == {
        "landmarks/ridge_nme",
        "landmarks/knn_nme",
        "parts/linear_f1",
        "parts/knn_f1",
    }
