"""Scores of a question about faces, for the test loop."""

from collections.abc import Sequence

import numpy as np
import torch
from mmengine.evaluator import BaseMetric

from mcf.evaluation.functional import by_group, face_scores
from mcf.registry import METRICS
from mcf.suite.task import KEYS, Task

ANSWERS = {
    "age": "pred_age",
    "classes": "pred_label",
    "attributes": "pred_score",
    "head_pose": "pred_rotation",
}
"""Key of a predicted sample that holds the answer."""


@METRICS.register_module()
class FaceTaskMetric(BaseMetric):
    """Scores of ages, classes, attributes or head poses, and the gaps between groups.

    The data set says which (``kind`` of its metainfo). Names are those of
    :func:`mcf.evaluation.functional.face_scores`; ``gap_gender`` and so on are the
    differences of the best and the worst group of 30 faces and more in the first of
    them, where samples have ``groups``.

    Args:
        collect_device: Where the results of several processes are joined.
        prefix: Begin of the scores' names.
    """

    default_prefix = "face"

    def __init__(
        self, *, collect_device: str = "cpu", prefix: str | None = None
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)

    @property
    def task(self) -> Task:
        """The question of the data set."""
        meta = self.dataset_meta or {}
        if meta.get("kind") not in KEYS:
            raise ValueError(
                f"the data set asks {meta.get('kind')!r}; this metric scores "
                f"{', '.join(KEYS)}"
            )
        return Task(meta["task"], meta["kind"], tuple(meta["classes"]))

    def process(self, data_batch: dict, data_samples: Sequence[dict]) -> None:
        """Keep answer, truth and groups of each sample."""
        kind = self.task.kind
        for sample in data_samples:
            answer = _array(sample[ANSWERS[kind]])
            if kind == "attributes":
                answer = answer - 0.5  # of probabilities
            truth = _array(sample[KEYS[kind]])
            if kind == "classes":
                answer, truth = (v.reshape(()).astype(int) for v in (answer, truth))
            self.results.append((answer, truth, dict(sample.get("groups") or {})))

    def compute_metrics(self, results: list) -> dict[str, float]:
        """Scores of all samples."""
        task = self.task
        answers, truth = (np.stack([r[i] for r in results]) for i in (0, 1))
        found = face_scores(task, answers, truth)
        first = next(iter(found))
        for kind in sorted({kind for *_, groups in results for kind in groups}):
            names = [groups.get(kind) for *_, groups in results]
            each = by_group(
                lambda i: face_scores(task, answers[i], truth[i])[first], names
            )
            if np.isfinite(each.gap):
                found[f"gap_{kind}"] = each.gap
        return found


def _array(value: object) -> np.ndarray:
    return torch.as_tensor(value).detach().cpu().double().numpy()
