"""Landmark errors per subset: NME, area under the error curve, failure rate."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from mmengine.evaluator import BaseMetric
from mmengine.logging import MMLogger

from mcf.datasets.schemas import BOX_NORMALISERS, PointPair, get_schema
from mcf.evaluation.functional.ced import GRIDS, curve_scores
from mcf.evaluation.functional.nme import box_length, nme, pair_distance
from mcf.registry import METRICS
from mcf.utils.tables import align, check_suffix, write_rows

WHOLE_SET = "full"
"""Subset of samples that name none."""


@dataclass(frozen=True)
class FaceResult:
    """What became of one face.

    Attributes:
        id: Of the sample.
        image: Path of its image.
        subsets: Parts of the data set that it belongs to.
        errors: NME under each normaliser, as a ratio; NaN where it has no unit.
        points: Predicted points [K,2] in the image.
    """

    id: int | str
    image: str
    subsets: tuple[str, ...]
    errors: dict[str, float]
    points: np.ndarray


@METRICS.register_module()
class LandmarkMetric(BaseMetric):
    """Errors of landmarks in the image, averaged over faces (protocol §2.3, §4).

    Points that the data set declares hidden (``keypoints_visible`` 0) do not count;
    the released protocol hides none. A face of which points of a unit are not labelled
    (``keypoints_labelled``) has no error in this unit, one of which no point counts has
    none at all, and the log counts such faces.
    Numbers, in percent, for each subset of the set:
    ``<subset>/nme_<normaliser>``, and for each curve
    ``<subset>/auc_<normaliser>_<threshold>`` and ``<subset>/fr_…``, the threshold in
    percent too. The log gets one table.

    Samples need ``pred_instances.keypoints`` and ``gt_instances.keypoints`` [1,K,2],
    ``gt_instances.keypoints_visible`` [1,K], and as meta keys ``id``, ``img_path``,
    ``subsets`` (without it all are one subset, ``full``), ``keypoints_labelled`` [1,K]
    (without it all are) and, for units of the box, ``annotated_bbox`` [1,4], which a
    detector's box does not replace.

    Args:
        schema: Name of the landmark schema.
        normalisers: Units of the error: names in the schema, ``box`` or ``diag``.
        point_pairs: More units by name, each two groups of points whose means are
            that far apart.
        curves: Thresholds of the error curve, as ratios, by normaliser.
        grid: ``exact`` ends curves at the threshold; ``released`` is the grid of
            published numbers, which ends at 0.0701 for 0.07.
        per_face_file: File for the errors of each face, ``.json`` (with the predicted
            points) or ``.csv``; each evaluation replaces it.
        collect_device: Where results of several processes meet, ``cpu`` or ``gpu``.
        prefix: Start of the names of the numbers; ``landmark`` by default.

    Raises:
        ValueError: If a normaliser, the grid or the ending of the file is unknown.
    """

    default_prefix = "landmark"

    def __init__(
        self,
        schema: str,
        normalisers: Sequence[str] = ("interocular",),
        *,
        point_pairs: Mapping[str, PointPair] | None = None,
        curves: Mapping[str, Sequence[float]] | None = None,
        grid: str = "exact",
        per_face_file: str | None = None,
        collect_device: str = "cpu",
        prefix: str | None = None,
    ) -> None:
        super().__init__(collect_device=collect_device, prefix=prefix)
        self.schema = get_schema(schema)
        self.rules = {name: self.schema.normaliser(name) for name in normalisers}
        self.rules |= point_pairs or {}
        self.curves = dict(curves or {})
        self.grid = grid
        self.per_face_file = per_face_file
        check_suffix(per_face_file)
        if unknown := sorted(self.curves.keys() - self.rules.keys()):
            raise ValueError(
                f"curves of {unknown}, which are not among {[*self.rules]}"
            )
        if grid not in GRIDS:
            raise ValueError(f"unknown grid {grid!r}; there are {sorted(GRIDS)}")

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Measure each face of a batch.

        Raises:
            ValueError: Naming the image, if a face has another number of points than
                the schema, a point that is not finite, or no size.
        """
        for sample in data_samples:
            try:
                self.results.append(self._measure(sample))
            except ValueError as error:
                raise ValueError(f"{sample['img_path']}: {error}") from error

    def compute_metrics(self, results: list[FaceResult]) -> dict[str, float]:
        """Numbers of all subsets, in percent; logs the table and writes the file.

        Raises:
            ValueError: If there is no face.
        """
        if not results:
            raise ValueError("nothing to evaluate: the data set gave no face")
        named = {subset for face in results for subset in face.subsets}
        subsets = sorted(named, key=lambda name: (name != WHOLE_SET, name))
        scores, rows = {}, []
        for subset in subsets:
            faces = [face for face in results if subset in face.subsets]
            found = self._score(faces)
            scores |= {f"{subset}/{name}": value for name, value in found.items()}
            numbers = (f"{value:.3f}" for value in found.values())
            rows.append([subset, str(len(faces)), *numbers])
        lines = [
            f"Landmarks of {len(results)} faces ({self.schema.name}), in percent; "
            f"curves on the {self.grid} grid",
            *align([["subset", "faces", *found], *rows]),
        ]
        for name in self.rules:
            if without := sum(math.isnan(face.errors[name]) for face in results):
                lines.append(
                    f"{without} faces have no {name}: its points are not "
                    "labelled, or none of the face counts"
                )
        MMLogger.get_current_instance().info("\n" + "\n".join(lines))
        if self.per_face_file:
            self._write(results)
        return scores

    def units(self, sample: dict) -> dict[str, float]:
        """Length in pixels that each normaliser divides the errors of a face by.

        NaN where points of the normaliser are not labelled.
        """
        target = np.asarray(sample["gt_instances"]["keypoints"], dtype=float)
        known = sample.get("keypoints_labelled")
        lengths = {
            name: box_length(np.asarray(sample["annotated_bbox"], dtype=float), rule)
            if rule in BOX_NORMALISERS
            else pair_distance(target, *rule, known=known)
            for name, rule in self.rules.items()
        }
        return {name: float(length[0]) for name, length in lengths.items()}

    def _measure(self, sample: dict) -> FaceResult:
        truth = sample["gt_instances"]
        predicted = np.asarray(sample["pred_instances"]["keypoints"], dtype=float)
        target = np.asarray(truth["keypoints"], dtype=float)
        counted = np.asarray(truth["keypoints_visible"]) > 0.5
        self._check(predicted, target)
        errors = {
            name: math.nan
            if math.isnan(unit) or not counted.any()
            else nme(predicted, target, np.array([unit]), counted=counted).item()
            for name, unit in self.units(sample).items()
        }
        return FaceResult(
            id=sample["id"],
            image=sample["img_path"],
            subsets=tuple(sample.get("subsets", (WHOLE_SET,))),
            errors=errors,
            points=predicted[0],
        )

    def _check(self, predicted: np.ndarray, target: np.ndarray) -> None:
        shape = (1, self.schema.count, 2)
        for name, points in (("predicted", predicted), ("true", target)):
            if points.shape != shape:
                raise ValueError(
                    f"{name} points are {points.shape}, those of {self.schema.name} "
                    f"must be {shape}"
                )
            if not np.isfinite(points).all():
                raise ValueError(f"{name} points are not all finite")

    def _score(self, faces: list[FaceResult]) -> dict[str, float]:
        """Numbers of one subset in the order of the table."""
        scores = {}
        for name in self.rules:
            errors = np.array([face.errors[name] for face in faces])
            errors = errors[~np.isnan(errors)]
            known = errors.size > 0
            scores[f"nme_{name}"] = 100 * float(errors.mean()) if known else math.nan
            for threshold in self.curves.get(name, ()):
                auc = failures = math.nan
                if known:
                    curve = curve_scores(errors, threshold, grid=self.grid)
                    auc, failures = curve.auc, curve.failure_rate
                scores[f"auc_{name}_{100 * threshold:g}"] = 100 * auc
                scores[f"fr_{name}_{100 * threshold:g}"] = 100 * failures
        return scores

    def _write(self, results: list[FaceResult]) -> None:
        rows = []
        for face in results:
            row = {"id": face.id, "image": face.image, "subsets": list(face.subsets)}
            row |= {
                f"nme_{name}": None if math.isnan(value) else 100 * value
                for name, value in face.errors.items()
            }
            if self.per_face_file.endswith(".json"):
                row["points"] = face.points.round(3).tolist()
            rows.append(row)
        write_rows(rows, self.per_face_file)
