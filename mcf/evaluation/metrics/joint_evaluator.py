"""The metrics of several tasks in one validation."""

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.dist import get_world_size
from mmengine.evaluator import Evaluator

from mcf.registry import EVALUATORS


@EVALUATORS.register_module()
class JointEvaluator(Evaluator):
    """Gives each task's samples to its own metric; scores are ``TASK/...``.

    Args:
        metrics: Config of each task's metric by name, or a list of such configs.

    Raises:
        ValueError: If several processes evaluate: their parts hold different numbers
            of each task's samples, which MMEngine's metrics do not put together.
    """

    def __init__(self, metrics: Mapping[str, dict | Sequence[dict]]) -> None:
        if get_world_size() > 1:
            raise ValueError(
                "joint models are evaluated by one process: train without "
                "val_dataloader, and test afterwards with one device"
            )
        self.tasks = {name: Evaluator(metric) for name, metric in metrics.items()}
        super().__init__([one for each in self.tasks.values() for one in each.metrics])
        self._counts = dict.fromkeys(self.tasks, 0)

    @property
    def dataset_meta(self) -> dict | None:
        """Meta information of the joint data set."""
        return self._dataset_meta

    @dataset_meta.setter
    def dataset_meta(self, dataset_meta: dict) -> None:
        self._dataset_meta = dataset_meta
        found = dataset_meta["tasks"]
        if found.keys() != self.tasks.keys():
            raise ValueError(
                f"metrics for {', '.join(self.tasks)}, but the data set has "
                f"{', '.join(found)}"
            )
        for name, evaluator in self.tasks.items():
            evaluator.dataset_meta = found[name]

    def process(self, data_samples: Sequence, data_batch: Any | None = None) -> None:
        """Give each sample to the metric of its task."""
        for name, evaluator in self.tasks.items():
            own = [sample for sample in data_samples if sample.get("task") == name]
            if own:
                self._counts[name] += len(own)
                evaluator.process(own, data_batch)

    def evaluate(self, size: int) -> dict[str, float]:
        """Scores of all tasks.

        Args:
            size: Number of samples of all tasks, as MMEngine's loop says.
        """
        scores = {}
        for name, evaluator in self.tasks.items():
            found = evaluator.evaluate(self._counts[name])
            scores |= {f"{name}/{key}": value for key, value in found.items()}
        self._counts = dict.fromkeys(self.tasks, 0)
        return scores
