"""Age from frozen features, on the published split of UTKFace."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from mcf.evaluation.functional import fit_ridge_cv

Features = Callable[[set[str]], dict[str, np.ndarray]]


def age_error(features_of: Features, table: Path) -> float:
    """Mean absolute error in years of a ridge regression, penalty chosen in training.

    Training images that are a copy of a test image are left out.

    Args:
        features_of: Gives the features of images by their file names; training images
            that it does not know are left out.
        table: ``utkface.csv``.

    Raises:
        ValueError: If a test image has no features.
    """
    with table.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["coral_split"]]
    rows = [row for row in rows if not row["same_as_a_test_image"]]
    features = features_of({row["file"] for row in rows})
    parts = {}
    for split in ("test", "train"):
        of_split = [row for row in rows if row["coral_split"] == split]
        known = [row for row in of_split if row["file"] in features]
        if split == "test" and len(known) < len(of_split):
            raise ValueError(
                f"{len(of_split) - len(known)} of {len(of_split)} test images of "
                f"{table} have no features; give the store of all of them"
            )
        x = np.stack([features[row["file"]] for row in known])
        y = np.array([[float(row["age"])] for row in known])
        parts[split] = x, y
    ridge = fit_ridge_cv(*parts["train"])
    x, y = parts["test"]
    return float(np.abs(ridge.predict(x) - y).mean())
