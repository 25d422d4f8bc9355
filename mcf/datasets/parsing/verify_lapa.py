"""Checks of a LaPa download."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.parsing.lapa_files import SPLITS, read_landmarks, sample_paths
from mcf.datasets.parsing.mask_files import read_mask
from mcf.datasets.parsing.verify_files import (
    CheckedPhoto,
    Finding,
    check_all,
    check_photo,
)
from mcf.datasets.verify_report import Count, SplitReport


def verify_lapa(root: str | Path, *, workers: int) -> list[SplitReport]:
    """Compare a download with what is published, and read each of its files.

    Problems are: other numbers of samples, missing and unreadable photos, label maps
    and landmarks, unknown ids, label maps of another size than their photo. Notes
    are: label maps of nothing but background, and photos that occur twice.

    Args:
        root: The folder LaPa.
        workers: Threads that decode.

    Returns:
        A report for each split.
    """
    root, reports, seen = Path(root), [], {}
    for split, published in SPLITS.items():
        names = sorted(
            {
                path.stem
                for folder in ("images", "labels", "landmarks")
                for path in (root / split / folder).glob("[!.]*.*")
            }
        )
        report = SplitReport(split, [Count("full", len(names), published)])
        check = partial(_check_sample, root, split)
        check_all(report, names, check, seen, workers=workers)
        reports.append(report)
    return reports


def _check_sample(
    root: Path, split: str, name: str
) -> tuple[CheckedPhoto, list[Finding]]:
    photo_path, label_path, landmark_path = sample_paths(root, split, name)
    photo = check_photo(photo_path)
    return photo, [*_check_label(label_path, photo), *_check_landmarks(landmark_path)]


def _check_label(path: Path, photo: CheckedPhoto) -> Iterator[Finding]:
    try:
        labels = read_mask(path, len(LAPA.classes))
    except FileNotFoundError:
        yield Finding("missing label maps", str(path))
    except ValueError as error:
        yield Finding("unusable label maps", str(error))
    else:
        if photo.size and labels.shape != photo.size:
            sizes = f"{labels.shape}, the photo {photo.size}"
            yield Finding("label maps of another size", f"{path}: {sizes}")
        if not labels.any():
            yield Finding("nothing but background", str(path), problem=False)


def _check_landmarks(path: Path) -> Iterator[Finding]:
    try:
        points = read_landmarks(path)
    except FileNotFoundError:
        yield Finding("missing landmarks", str(path))
    except ValueError as error:
        yield Finding("unusable landmarks", str(error))
    else:
        if not np.isfinite(points).all():
            yield Finding("unusable landmarks", f"{path} holds NaN or infinity")
