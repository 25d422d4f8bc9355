"""Class-wise F1 of parsing."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger
from torch import Tensor

from mcf.datasets.parsing.class_sets import unknown_ids
from mcf.evaluation.functional import confusion_matrix
from mcf.evaluation.functional.class_scores import class_scores
from mcf.evaluation.metrics.parsing_report import (
    ImageResult,
    describe,
    summarise,
    write_confusion,
    write_images,
)
from mcf.registry import METRICS
from mcf.utils.tables import check_suffix


@METRICS.register_module()
class ParsingMetric(BaseMetric):
    """F1 of each class and its mean over the foreground (protocol §2.4, §4).

    All pixels of the set are counted in one confusion matrix, at the size of the
    ground truth, so predictions must have been brought back to that size. Means leave
    out the background (class 0), and classes without a single true pixel, whose
    scores are NaN.

    Numbers, in percent: ``mF1``, ``mIoU``, ``mAcc`` (means over the foreground),
    ``aAcc`` (share of right pixels, background included) and ``F1/<class>``. mIoU
    thus differs from mmsegmentation's, which averages over the background too. The
    log gets a table with classes and sizes.

    Args:
        ignore_index: Id of true pixels that do not count.
        per_image_file: File for the scores of each image, ``.json`` or ``.csv``;
            each evaluation replaces it.
        confusion_file: File for the confusion matrix, ``.json`` or ``.csv``; each
            evaluation replaces it.
        collect_device: Where results of several processes meet, ``cpu`` or ``gpu``.
        prefix: Start of the names of the numbers; ``parsing`` by default.

    Raises:
        ValueError: If a file has another ending.
    """

    default_prefix = "parsing"

    def __init__(
        self,
        *,
        ignore_index: int | None = None,
        per_image_file: str | None = None,
        confusion_file: str | None = None,
        collect_device: str = "cpu",
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        for path in (per_image_file, confusion_file):
            check_suffix(path)
        self.ignore_index = ignore_index
        self.per_image_file = per_image_file
        self.confusion_file = confusion_file

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Count the pixels of each image of a batch.

        Raises:
            ValueError: If a prediction has another size than the ground truth, or an
                id is unknown; it names the file.
        """
        for sample in data_samples:
            target = _labels(sample["gt_sem_seg"])
            try:
                confusion = self._count(_labels(sample["pred_sem_seg"]), target)
            except ValueError as error:
                source = sample.get("seg_map_path", sample["img_path"])
                raise ValueError(f"{source}: {error}") from error
            self.results.append(
                ImageResult(sample["img_path"], target.shape, confusion)
            )

    def compute_metrics(self, results: list[ImageResult]) -> dict[str, float]:
        """Scores of all images.

        Raises:
            ValueError: If there is no image.
        """
        if not results:
            raise ValueError("nothing to evaluate: the data set gave no image")
        classes = self.dataset_meta["classes"]
        confusion = sum(result.confusion for result in results)
        dataset = self.dataset_meta.get("dataset_name", "an unnamed data set")
        MMLogger.get_current_instance().info("\n" + describe(results, classes, dataset))
        if self.per_image_file:
            write_images(results, classes, self.per_image_file)
        if self.confusion_file:
            write_confusion(confusion, classes, self.confusion_file)
        f1 = class_scores(confusion).f1
        return summarise(confusion) | {
            f"F1/{name}": 100 * float(value) for name, value in zip(classes, f1)
        }

    def _count(self, predicted: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Confusion matrix of one image."""
        if predicted.shape != target.shape:
            raise ValueError(
                f"the prediction {predicted.shape} has another size than the ground "
                f"truth {target.shape}; map it back before it is evaluated"
            )
        if self.ignore_index is not None:
            counted = target != self.ignore_index
            predicted, target = predicted[counted], target[counted]
        num_classes = len(self.dataset_meta["classes"])
        if unknown := unknown_ids(target, num_classes):
            raise ValueError(
                f"the ground truth holds the unknown ids {unknown}; the {num_classes} "
                f"classes have ids 0 to {num_classes - 1}"
            )
        return confusion_matrix(target, predicted, num_classes)


def _labels(field: dict[str, Tensor]) -> np.ndarray:
    """Label map [H,W] as an array, from a field whose data has the shape [1,H,W]."""
    return field["data"].squeeze(0).cpu().numpy()
