import json

import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmengine.hooks import Hook
from torch.utils.data import Dataset

from mcf.checkpoint.safe_load import load_file
from mcf.engine.hooks import SelectionHook
from mcf.engine.latest_checkpoint import latest_checkpoint
from mcf.registry import DATASETS, METRICS
from tests.test_engine.toy import ToyModel, toy_runner

VAL = [5.0, 2.0, 3.0, 4.0]
TEST = [7.0, 9.0, 6.0, 8.0]


@DATASETS.register_module("SelectionFaces")
class Faces(Dataset):
    def __init__(self, part):
        self.part = part

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return dict(inputs=torch.zeros(3, 4, 4))


class Model(ToyModel):
    """Predicts one of its weights."""

    def forward(self, inputs, data_samples=None, mode="loss"):
        if mode == "loss":
            return super().forward(inputs, data_samples, mode)
        return [dict(weight=self.backbone.bias[0].item())] * len(inputs)


@METRICS.register_module()
class ScriptedScore(BaseMetric):
    """``scores[epoch - 1]``, and the weight predicted."""

    default_prefix = "toy"

    def __init__(self, scores):
        super().__init__()
        self.scores = scores
        self.calls = []

    def process(self, data_batch, data_samples):
        self.results += data_samples

    def compute_metrics(self, results):
        epoch = RUNNER[-1].epoch
        self.calls.append(epoch)
        return dict(error=self.scores[epoch - 1], weight=results[0]["weight"], text="x")


RUNNER = []


def loader(part):
    return dict(
        dataset=Faces(part),
        sampler=dict(type="DefaultSampler", shuffle=False),
        batch_size=2,
        collate_fn=dict(type="default_collate"),
    )


def run(work_dir, *, test_interval=None, hooks=(), tested=True, train=True, **settings):
    hook = dict(
        type="mcf.SelectionHook",
        metric="toy/error",
        rule="less",
        test_interval=test_interval,
    )
    test = dict(
        test_dataloader=loader("test"),
        test_cfg=dict(),
        test_evaluator=dict(type="mcf.ScriptedScore", scores=TEST),
    )
    torch.manual_seed(0)
    runner = toy_runner(
        work_dir,
        **dict(
            model=Model(),
            epochs=4,
            val_dataloader=loader("val"),
            val_cfg=dict(),
            val_evaluator=dict(type="mcf.ScriptedScore", scores=VAL),
            custom_hooks=[dict(type="mcf.SeedIterationHook"), hook, *hooks],
            default_hooks=dict(
                checkpoint=dict(
                    type="mcf.AtomicCheckpointHook", interval=1, by_epoch=True
                )
            ),
        )
        | (test if tested else {})
        | settings,
    )
    RUNNER.append(runner)
    if train:
        runner.train()
    return runner


def history(work_dir):
    return json.loads((work_dir / "selection.json").read_text())


def scores(work_dir, part):
    return {
        record["epoch"]: record[part]["toy/error"]
        for record in history(work_dir)["records"]
        if part in record
    }


def test_tests_the_best_by_validation_and_the_last_epoch(tmp_path):
    run(tmp_path)
    assert scores(tmp_path, "val") == dict(enumerate(VAL, 1))
    assert scores(tmp_path, "test") == {1: 7.0, 2: 9.0, 4: 8.0}
    table = (tmp_path / "selection.md").read_text()
    assert "best on test" not in table
    kept = load_file(tmp_path / "best_on_validation.pth")
    same = load_file(tmp_path / "epoch_2.pth")
    assert (kept["meta"]["epoch"], kept["meta"]["iter"]) == (2, 12)
    for name, value in same["state_dict"].items():
        assert torch.equal(kept["state_dict"][name], value)


def test_watched_test_set_gives_the_best_epoch_on_it(tmp_path):
    run(tmp_path, test_interval=1)
    assert scores(tmp_path, "test") == dict(enumerate(TEST, 1))
    table = (tmp_path / "selection.md").read_text().splitlines()
    assert [line.split("|")[1:3] for line in table[2:5]] == [
        [" last               ", "     4 "],
        [" best on validation ", "     2 "],
        [" best on test (*)   ", "     3 "],
    ]


def test_training_goes_on_as_if_the_test_set_had_not_been_measured(tmp_path):
    runners = [run(tmp_path / str(n), test_interval=n) for n in (None, 1)]
    for a, b in zip(*(r.model.parameters() for r in runners), strict=True):
        assert torch.equal(a, b)


def test_scores_are_those_of_the_average_where_validation_uses_it(tmp_path):
    ema = dict(type="EMAHook", momentum=0.5, ema_type="ExponentialMovingAverage")
    runner = run(tmp_path, test_interval=1, hooks=[ema])
    for record in history(tmp_path)["records"]:
        assert record["val"]["toy/weight"] == record["test"]["toy/weight"]
    average = record["val"]["toy/weight"]
    assert average != runner.model.backbone.bias[0].item()
    best = load_file(tmp_path / "best_on_validation.pth")["state_dict"]
    second = history(tmp_path)["records"][1]["val"]["toy/weight"]
    assert best["backbone.bias"][0].item() == second


def test_without_test_data_only_validation_is_reported(tmp_path):
    run(tmp_path, tested=False)
    assert scores(tmp_path, "test") == {}
    assert "test" not in (tmp_path / "selection.md").read_text()


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", ["validation", "test", "training"])
def test_resumed_run_has_each_epoch_once_and_the_same_table(tmp_path, monkeypatch, at):
    run(tmp_path / "whole", test_interval=1)
    runner = run(tmp_path / "killed", test_interval=1, train=False)

    def die(*args, **kwargs):
        if runner.epoch == 2:
            raise Killed

    loops = dict(validation=runner.val_loop, test=runner.test_loop)
    if at == "training":
        runner.register_hook(_Dies(), priority="LOWEST")
    else:
        target = loops[at]
        whole = target.run
        monkeypatch.setattr(target, "run", lambda: (die(), whole())[1])
    with pytest.raises(Killed):
        runner.train()
    monkeypatch.undo()
    run(
        tmp_path / "killed",
        test_interval=1,
        resume=True,
        load_from=str(latest_checkpoint(tmp_path / "killed")),
    )
    for part in ("val", "test"):
        assert scores(tmp_path / "killed", part) == scores(tmp_path / "whole", part)
    epochs = [record["epoch"] for record in history(tmp_path / "killed")["records"]]
    assert epochs == [1, 2, 3, 4]
    tables = [(tmp_path / d / "selection.md").read_text() for d in ("whole", "killed")]
    assert tables[0] == tables[1]


class _Dies(Hook):
    def before_train_epoch(self, runner):
        if runner.epoch == 2:
            raise Killed


def test_run_that_goes_back_behind_its_best_epoch_drops_the_weights_of_it(tmp_path):
    run(tmp_path)
    best = tmp_path / "best_on_validation.pth"
    assert load_file(best)["meta"]["epoch"] == 2
    back = dict(resume=True, load_from=str(tmp_path / "epoch_1.pth"), epochs=1)
    run(tmp_path, **back)
    assert not best.exists()


@pytest.mark.parametrize("planted", ["selection.json", "best_on_validation.pth"])
def test_files_that_the_hook_did_not_write_are_refused_by_name(tmp_path, planted):
    run(tmp_path, epochs=2)
    torch.save({}, tmp_path / planted)
    back = dict(resume=True, load_from=str(tmp_path / "epoch_1.pth"))
    with pytest.raises(ValueError, match=planted):
        run(tmp_path, **back)


def test_new_run_does_not_read_the_history_of_an_old_one(tmp_path):
    (tmp_path / "selection.json").write_text("[]")
    run(tmp_path, epochs=1)
    assert scores(tmp_path, "val") == {1: 5.0}


def test_new_run_in_an_old_folder_starts_a_new_history(tmp_path):
    run(tmp_path)
    run(tmp_path, epochs=1)
    assert scores(tmp_path, "val") == {1: 5.0}


def test_data_that_validate_and_test_are_called_so(tmp_path):
    same = loader("both") | dict(dataset=dict(type="mcf.SelectionFaces", part="both"))
    loaders = dict(val_dataloader=same, test_dataloader=same)
    runner = run(tmp_path, train=False, **loaders)
    runner.cfg.merge_from_dict(loaders)
    runner.train()
    assert not runner.test_loop.evaluator.metrics[0].calls
    assert history(tmp_path)["held_out"] is False
    assert scores(tmp_path, "test") == dict(enumerate(VAL, 1))
    assert "no data are held out" in (tmp_path / "selection.md").read_text()


def test_unknown_score_names_the_known_ones(tmp_path):
    hook = dict(type="mcf.SelectionHook", metric="toy/eror", rule="less")
    with pytest.raises(ValueError, match=r"'toy/eror'.*toy/error"):
        run(tmp_path, custom_hooks=[hook])


def test_watching_a_test_set_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no test_dataloader"):
        run(tmp_path, test_interval=1, tested=False)


@pytest.mark.parametrize(
    ("settings", "message"),
    [(dict(rule="max"), "'less' or 'greater'"), (dict(test_interval=0), "at least 1")],
)
def test_wrong_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SelectionHook("error", **(dict(rule="less") | settings))
