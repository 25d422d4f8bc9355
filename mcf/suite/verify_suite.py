"""Checks of downloads of global face tasks."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from mcf.datasets.parsing.verify_files import (
    CheckedPhoto,
    Finding,
    check_all,
    missing_photo,
    read_photo,
)
from mcf.datasets.verify_report import Count, SplitReport
from mcf.suite.base import FaceTaskDataset, SuiteDataset
from mcf.suite.celebamask_attributes import CelebAMaskHQAttributes
from mcf.suite.cofw_occlusion import COFWOcclusion
from mcf.suite.pairs import FacePairDataset, PairRecord
from mcf.suite.record import FaceRecord
from mcf.suite.utkface import UTKFace


def verify_labelled(
    kind: type[FaceTaskDataset],
    root: str | Path,
    *,
    images: Sequence[str | Path] | None,
    workers: int,
) -> list[SplitReport]:
    """Compare a download with what is published, and read each of its files.

    Problems are: lists that cannot be read, other numbers of faces, unknown labels,
    images listed twice, missing and unreadable images. Notes are: images that two
    splits list, the same file under two names, people in two splits, and names of
    UTKFace that do not tell a label.

    Args:
        kind: Data set class.
        root: Folder of the download.
        images: Folders or tar shards of the images, where they are elsewhere.
        workers: Threads that decode images.

    Returns:
        A report for each split; of folds, those of the first.
    """
    dataset = _opened(kind, root, images)
    reports = [SplitReport(split) for split in kind.SPLITS]
    faces = _read(reports, dataset)
    seen: dict[str, str] = {}
    for report in reports:
        chosen = [face for face in faces if face.split == report.split]
        published = kind.PUBLISHED.get(report.split)
        report.counts = [Count("full", len(chosen), published)]
        _check_labels(report, dataset, chosen)
        _check_images(report, dataset, [f.image for f in chosen], seen, workers)
    _note_shared(reports, faces)
    if isinstance(dataset, UTKFace) and faces:
        for name in dataset.unlabelled():
            reports[0].add_note("names that do not tell a label", name)
    return reports


def verify_pairs(
    kind: type[FacePairDataset],
    root: str | Path,
    *,
    images: Sequence[str | Path] | None,
    workers: int,
) -> list[SplitReport]:
    """Compare a list of pairs with what is published, and read each of its images.

    Problems are: a list that cannot be read, other numbers of pairs, folds of another
    size, an image paired with itself, pairs listed twice, missing and unreadable
    images. The same file under two names is a note.

    Args:
        kind: Data set class.
        root: Folder of the download.
        images: Folders or tar shards of the images, where they are elsewhere.
        workers: Threads that decode images.

    Returns:
        One report.
    """
    dataset = _opened(kind, root, images)
    report = SplitReport("test")
    pairs = _read([report], dataset)
    same = [pair for pair in pairs if pair.same]
    report.counts = [
        Count("full", len(pairs), kind.PAIRS),
        Count("same", len(same), kind.PAIRS // 2),
        Count("different", len(pairs) - len(same), kind.PAIRS // 2),
    ]
    _check_pairs(report, pairs)
    names = [name for pair in pairs for name in (pair.first, pair.second)]
    _check_images(report, dataset, names, {}, workers)
    return [report]


def _opened(
    kind: type[SuiteDataset], root: str | Path, images: Sequence[str | Path] | None
) -> SuiteDataset:
    """The data set, nothing read yet.

    Raises:
        ValueError: If its images cannot lie elsewhere.
    """
    if images is None:
        return kind(root, lazy_init=True)
    if issubclass(kind, CelebAMaskHQAttributes):
        raise ValueError(f"images of {kind.NAME} lie in its root; leave out `images`")
    return kind(root, images=images, lazy_init=True)


def _read(reports: Sequence[SplitReport], dataset: SuiteDataset) -> list:
    """What the data set lists; nothing where that is impossible."""
    try:
        return dataset.read()
    except FileNotFoundError as error:
        reports[0].add_problem("lists are missing", str(error))
    except (OSError, ValueError) as error:
        reports[0].add_problem("lists cannot be read", str(error))
    return []


def _check_labels(
    report: SplitReport, dataset: FaceTaskDataset, faces: Sequence[FaceRecord]
) -> None:
    for task in dataset.TASKS:
        for face in faces:
            if task.name not in face.labels:
                continue
            try:
                task.label(face.labels[task.name])
            except (TypeError, ValueError) as error:
                report.add_problem("unknown labels", f"{face.source}: {error}")
    for name, times in Counter(face.image for face in faces).items():
        if times > 1:
            report.add_problem("images listed twice", f"{name}: {times} times")


def _check_images(
    report: SplitReport,
    dataset: SuiteDataset,
    images: Sequence[str],
    seen: dict[str, str],
    workers: int,
) -> None:
    unique = list(dict.fromkeys(images))
    if isinstance(dataset, COFWOcclusion):
        check = partial(_check_array, dataset)
    else:
        check = partial(_check_file, dataset)
    check_all(report, unique, check, seen, workers=workers)


def _check_file(
    dataset: SuiteDataset, name: str
) -> tuple[CheckedPhoto, Iterable[Finding]]:
    try:
        return read_photo(dataset.encoded(name), name), ()
    except FileNotFoundError:
        return missing_photo(name), ()
    except (OSError, ValueError) as error:
        return CheckedPhoto(None), [Finding("unreadable photos", f"{name}: {error}")]


def _check_array(
    dataset: COFWOcclusion, name: str
) -> tuple[CheckedPhoto, Iterable[Finding]]:
    """Pixels that lie in a ``.mat`` with all others."""
    try:
        pixels = dataset.image_fields(name)["img"]
    except (OSError, ValueError) as error:
        return CheckedPhoto(None), [Finding("unreadable photos", f"{name}: {error}")]
    return CheckedPhoto(pixels.shape[:2]), ()


def _check_pairs(report: SplitReport, pairs: Sequence[PairRecord]) -> None:
    listed: dict[frozenset[str], str] = {}
    for pair in pairs:
        key = frozenset((pair.first, pair.second))
        if len(key) == 1:
            report.add_problem("paired with itself", f"{pair.source}: {pair.first}")
        elif key in listed:
            place = f"{pair.source} and {listed[key]}"
            report.add_problem("pairs listed twice", place)
        listed.setdefault(key, pair.source)
    sizes = Counter((pair.fold, pair.same) for pair in pairs)
    for (fold, same), size in sorted(sizes.items()):
        if size != max(sizes.values()):
            kind = "one person" if same else "two persons"
            place = f"fold {fold}: {size} pairs of {kind}, not {max(sizes.values())}"
            report.add_problem("folds of another size", place)


def _note_shared(reports: Sequence[SplitReport], faces: Sequence[FaceRecord]) -> None:
    for number, report in enumerate(reports):
        for other in reports[:number]:
            for kind in ("image", "subject"):
                here, there = (
                    {getattr(f, kind) for f in faces if f.split == part.split}
                    for part in (report, other)
                )
                for name in sorted((here & there) - {""}):
                    report.add_note(f"{kind}s also in {other.split}", name)
