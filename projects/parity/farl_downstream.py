"""Replay of recorded geometry, decoding and metrics of FaRL's downstream code."""

import json
from collections.abc import Mapping

import numpy as np
import torch

from mcf.crops.geometry import (
    box_to_crop,
    five_points_to_crop,
    normalise_points,
    similarity_about_centre,
)
from mcf.crops.tanh_warp import (
    image_to_warped,
    warp_image,
    warp_labels,
    warped_to_image,
)
from mcf.datasets.schemas import BOX_NORMALISERS, get_schema
from mcf.evaluation.functional import (
    box_length,
    class_f1,
    confusion_matrix,
    curve_scores,
    foreground_mean,
    nme,
    pair_distance,
)
from mcf.models.heatmap import centre_of_mass
from mcf.models.losses import coordinate_distance
from projects.parity.check import Check, relative_difference

LIMIT = 1e-5
COORDINATE_LIMIT = 1e-4  # pixels
INTENSITY_LIMIT = 1 / 255
LABEL_LIMIT = 0.5  # pixels: not one may differ
WARPED_STEP = 8
WARP_FACTOR = 0.8
CROP_SCALE = 0.8
THRESHOLDS = (0.07, 0.08, 0.10)
UNITS = {"inter_ocular": "interocular", "inter_pupil": "interpupil"}
"""Recorded names of units and ours, where they differ."""

Recording = Mapping[str, np.ndarray]


def replay_farl_downstream(recording: Recording) -> list[Check]:
    """Compute everything recorded with our functions and compare.

    Args:
        recording: Arrays of a ``kind = farl_downstream`` recording; all sizes are read
            from it.

    Returns:
        One check per recorded quantity; each metric is one.
    """
    return [
        *_check_crops(recording),
        *_check_warp(recording),
        *_check_warped_image(recording),
        *_check_decoding(recording),
        *_check_metrics(recording),
    ]


def _crop_size(recording: Recording) -> tuple[int, int]:
    height, width = recording["warped_shape"].tolist()
    return width, height


def _check_crops(recording: Recording) -> list[Check]:
    size = _crop_size(recording)
    y1, x1, y2, x2 = recording["box_y1x1y2x2"].tolist()
    crop = box_to_crop((x1, y1, x2, y2), size)
    scaled = similarity_about_centre(size, scale=CROP_SCALE) @ crop
    ours = {
        "align_matrix": five_points_to_crop(recording["points5"], size),
        "crop_matrix": crop,
        "crop_matrix_scaled_0p8": scaled,
    }
    return [_relative(name, matrix, recording) for name, matrix in ours.items()]


def _check_warp(recording: Recording) -> list[Check]:
    """The recorded matrix is used, so that each check sees one function."""
    checks = []
    for name, coordinates, function in (
        ("warped_to_image", "warped_coords", warped_to_image),
        ("image_to_warped", "image_coords", image_to_warped),
    ):
        for key in recording:
            if key.startswith(f"{name}_"):
                ours = function(
                    recording[coordinates],
                    recording["align_matrix"],
                    _crop_size(recording),
                    float(key.removeprefix(f"{name}_")),
                )
                checks.append(_absolute(key, ours, recording, COORDINATE_LIMIT))
    return checks


def _check_warped_image(recording: Recording) -> list[Check]:
    matrix, size = recording["align_matrix"], _crop_size(recording)
    image = recording["image"].astype(np.float32) / 255
    image = warp_image(image, matrix, size, WARP_FACTOR)
    labels = warp_labels(recording["label"], matrix, size, WARP_FACTOR)
    every = slice(None, None, WARPED_STEP)
    unequal = labels[every, every] != recording["warped_label"]
    unequal &= ~_ties(matrix, size)[every, every]
    return [
        _absolute("warped_image", image[every, every], recording, INTENSITY_LIMIT),
        Check("warped_label", float(unequal.sum()), LABEL_LIMIT),
    ]


def _ties(matrix: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Pixels of the warped crop that come from halfway between two pixels."""
    grid = np.stack(np.meshgrid(*map(np.arange, size)), axis=-1)
    places = warped_to_image(grid, matrix, size, WARP_FACTOR)
    return (np.abs(places % 1 - 0.5) < COORDINATE_LIMIT).any(axis=-1)


def _check_decoding(recording: Recording) -> list[Check]:
    points = recording["landmarks_px"]
    normalised = normalise_points(points, (512, 512)).astype(np.float32)
    decoded = centre_of_mass(torch.from_numpy(recording["heat_logits"]))
    distance = coordinate_distance(decoded, torch.from_numpy(normalised))
    ours = {
        "decoded_normalised": decoded.numpy(),
        "landmarks_normalised_512": normalised,
        "coord_loss": distance.numpy(),
    }
    return [_relative(name, value, recording) for name, value in ours.items()]


def _check_metrics(recording: Recording) -> list[Check]:
    recorded = json.loads(str(recording["metrics_json"]))
    ours = {**_landmark_metrics(recording), **_parsing_metrics(recording, recorded)}
    return [
        Check(
            f"metrics/{name}",
            relative_difference(ours[name], recorded[name])
            if name in ours and name in recorded
            else float("inf"),
            LIMIT,
        )
        for name in sorted(ours.keys() | recorded.keys())
    ]


def _landmark_metrics(recording: Recording) -> dict[str, float]:
    target, predicted = recording["gt68"], recording["pred68"]
    boxes = recording["boxes_y1x1y2x2"][:, [1, 0, 3, 2]]
    metrics = {}
    for name in (*UNITS, *BOX_NORMALISERS):
        if name in BOX_NORMALISERS:
            unit = box_length(boxes, name)
        else:
            unit = pair_distance(target, *get_schema("ibug68").normaliser(UNITS[name]))
        errors = nme(predicted, target, unit)
        metrics[name] = errors.mean()
        for threshold in THRESHOLDS:
            scores = curve_scores(errors, threshold, grid="released")
            metrics[f"auc_{name}_{threshold}"] = scores.auc
            metrics[f"fr_{name}_{threshold}"] = scores.failure_rate
    return metrics


def _parsing_metrics(recording: Recording, recorded: dict) -> dict[str, float]:
    names = [name for name in recorded if name.startswith("f1_") and "mean" not in name]
    f1 = class_f1(
        confusion_matrix(recording["parse_gt"], recording["parse_pred"], len(names))
    )
    return {**dict(zip(names, f1, strict=True)), "f1_fg_mean": foreground_mean(f1)}


def _relative(name: str, ours: np.ndarray, recording: Recording) -> Check:
    return Check(name, relative_difference(ours, recording[name]), LIMIT)


def _absolute(name: str, ours: np.ndarray, recording: Recording, limit: float) -> Check:
    if ours.shape != recording[name].shape:
        return Check(name, float("inf"), limit)
    return Check(name, float(np.abs(ours - recording[name]).max()), limit)
