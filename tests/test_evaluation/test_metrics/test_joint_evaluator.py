import pytest
from mmengine.evaluator import BaseMetric

from mcf.evaluation.metrics import JointEvaluator
from mcf.registry import METRICS


@METRICS.register_module(force=True)
class CountMetric(BaseMetric):
    """Number and sum of what it was given."""

    def process(self, data_batch, data_samples):
        self.results += [sample["value"] for sample in data_samples]

    def compute_metrics(self, results):
        name = self.dataset_meta["name"]
        return {f"{name}/number": len(results), f"{name}/sum": sum(results)}


def evaluator() -> JointEvaluator:
    kind = dict(type="mcf.CountMetric")
    return JointEvaluator(dict(points=kind, parts=[kind]))


def test_each_metric_gets_the_samples_and_meta_of_its_task():
    one = evaluator()
    one.dataset_meta = dict(tasks=dict(points=dict(name="a"), parts=dict(name="b")))
    for _ in range(2):  # a second validation starts from nothing
        one.process([dict(task="points", value=1), dict(task="parts", value=10)])
        one.process([dict(task="parts", value=20)])
        assert one.evaluate(3) == {
            "points/a/number": 1,
            "points/a/sum": 1,
            "parts/b/number": 2,
            "parts/b/sum": 30,
        }


def test_metrics_must_be_those_of_the_data_sets():
    with pytest.raises(ValueError, match="metrics for points, parts, but the data set"):
        evaluator().dataset_meta = dict(tasks=dict(points={}))


def test_several_processes_are_refused(monkeypatch):
    monkeypatch.setattr(
        "mcf.evaluation.metrics.joint_evaluator.get_world_size", lambda: 2
    )
    with pytest.raises(ValueError, match="evaluated by one process"):
        evaluator()
