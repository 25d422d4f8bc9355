from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from mmengine.config import Config

from projects.mini_benchmark import Arm, MiniBenchmark, Protocol, run
from projects.mini_benchmark.protocol import FineTuning

PROTOCOL = Protocol("p", dict(type="store"), [dict(type="probe")], 2, [], ())


def arm(name: str, **model: object) -> Arm:
    return Arm(
        name, name, Config(dict(model=model, train_cfg=dict(max_epochs=4))), name
    )


def trained(settings: dict, work_dir: Path, *, until: int, **_: object) -> tuple:
    return dict(epochs=until, max_epochs=settings["train_cfg"]["max_epochs"]), []


def killed(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.fixture
def benchmark(tmp_path, monkeypatch) -> MiniBenchmark:
    monkeypatch.setattr(run, "pretrain", trained)
    return MiniBenchmark(PROTOCOL, tmp_path, tmp_path)


def interrupt(monkeypatch: pytest.MonkeyPatch, name: str, work: Callable) -> None:
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(run, name, killed)
        work()


def test_killed_pretraining_goes_on_with_its_own_settings_only(benchmark, monkeypatch):
    interrupt(monkeypatch, "pretrain", lambda: benchmark.pretrain(arm("a", lr=1), 0))
    with pytest.raises(ValueError, match="other settings"):
        benchmark.pretrain(arm("a", lr=2), 0)
    benchmark.pretrain(arm("a", lr=2), 1)  # another seed, another folder
    benchmark.protocol = replace(PROTOCOL, interval=1)
    with pytest.raises(ValueError, match="other settings"):
        benchmark.pretrain(arm("a", lr=1), 0)
    benchmark.protocol = PROTOCOL
    benchmark.pretrain(arm("a", lr=1), 0)
    assert (benchmark.folder / "results" / "a_seed0_pretrain.json").is_file()


def test_scores_of_other_faces_are_refused(benchmark, monkeypatch):
    monkeypatch.setattr(run, "run_probes", lambda *_: dict(score=1.0))
    monkeypatch.setattr(run, "build_probes", lambda _: [])
    monkeypatch.setattr(benchmark, "_backbone", lambda *_: None)
    benchmark.probe(arm("a"), 0)
    benchmark.protocol = replace(PROTOCOL, store=dict(type="other"))
    with pytest.raises(ValueError, match="other settings"):
        benchmark.probe(arm("a"), 0)


def test_killed_finetuning_goes_on_with_its_own_settings_only(
    benchmark, monkeypatch, tmp_path
):
    config = tmp_path / "task.py"
    task = FineTuning("task", config, "score", (1.0,))
    config.write_text("lr = 1\n")
    start = [arm("a"), 0, task, 1.0]
    interrupt(monkeypatch, "fine_tune", lambda: benchmark.fine_tune(*start))
    monkeypatch.setattr(run, "fine_tune", lambda *_, **__: dict(score=1.0))
    config.write_text("lr = 2\n")
    with pytest.raises(ValueError, match="other settings"):
        benchmark.fine_tune(*start)
    config.write_text("lr = 1\n")
    benchmark.fine_tune(*start)
    assert (tmp_path / "results" / "a_seed0_task-100.json").is_file()


def test_arm_whose_teacher_is_not_trained_to_its_end_is_refused(benchmark):
    teacher, student = arm("t"), arm("s", teacher=[dict(checkpoint="arm://t")])
    with pytest.raises(ValueError, match="needs the weights of t"):
        benchmark.pretrain(student, 0)
    with pytest.raises(ValueError, match="run t first"):
        benchmark.run([teacher, student], [0], until=2)
    benchmark.pretrain(teacher, 0)
    benchmark.pretrain(student, 0, until=2)
    assert (benchmark.folder / "results" / "s_seed0_pretrain.json").is_file()


def test_teacher_of_other_settings_is_refused_on_the_way(benchmark):
    student = arm("s", checkpoint="arm://t")
    benchmark.pretrain(arm("t", lr=1), 0)
    benchmark.pretrain(student, 0, until=2)
    (benchmark.folder / "results" / "t_seed0_pretrain.json").unlink()
    (benchmark.folder / "runs" / "seed0" / "t" / "settings.txt").unlink()
    benchmark.pretrain(arm("t", lr=2), 0)
    with pytest.raises(ValueError, match="other settings"):
        benchmark.pretrain(student, 0)
