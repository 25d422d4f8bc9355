"""Checks of a CelebAMask-HQ download, and of masks composed from it."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from mcf.datasets.parsing.celebamask_hq_defects import DEFECTS, DUPLICATES
from mcf.datasets.parsing.celebamask_hq_files import (
    SPLITS,
    image_path,
    part_path,
    present_parts,
    read_part,
    read_splits,
)
from mcf.datasets.parsing.class_sets import CELEBAMASK_HQ
from mcf.datasets.parsing.mask_manifest import (
    MaskRecord,
    cache_folder,
    is_intact,
    manifest_path,
    mask_path,
    read_manifest,
)
from mcf.datasets.parsing.verify_files import (
    CheckedPhoto,
    Finding,
    check_all,
    check_photo,
)
from mcf.datasets.verify_report import Count, SplitReport

PHOTO_SIZE, PART_SIZE = (1024, 1024), (512, 512)
Caches = dict[Path, dict[int, MaskRecord]]


def verify_celebamask_hq(root: str | Path, *, workers: int) -> list[SplitReport]:
    """Compare a download with what is published, and read each of its files.

    Problems are: other numbers of images, missing and unreadable photos and parts,
    other sizes than 1024 and 512 pixels, faces without any part, composed masks
    that do not have the checksum of their manifest. Notes are: parts without a
    pixel, photos that occur twice, and what users have published as duplicate or
    defective (protocol §3.2).

    Args:
        root: The folder CelebAMask-HQ.
        workers: Threads that decode.

    Returns:
        A report for each split.

    Raises:
        FileNotFoundError: If the mapping to CelebA, which gives the splits, is missing.
        ValueError: If it is damaged.
    """
    root, seen = Path(root), {}
    splits, reports = read_splits(root), []
    caches = {
        folder: read_manifest(folder, order)
        for order in CELEBAMASK_HQ
        if manifest_path(folder := cache_folder(root, order)).is_file()
    }
    split_of = {i: split for split, image_ids in splits.items() for i in image_ids}
    for split, image_ids in splits.items():
        report = SplitReport(split, [Count("full", len(image_ids), SPLITS[split])])
        check = partial(_check_image, root, caches)
        check_all(report, sorted(image_ids), check, seen, workers=workers)
        for first, second in DUPLICATES:
            if split_of.get(first) == split and second in split_of:
                place = f"{first} and {second} ({split_of[second]})"
                report.add_note("published as duplicates", place)
        reports.append(report)
    return reports


def _check_image(
    root: Path, caches: Caches, image_id: int
) -> tuple[CheckedPhoto, list[Finding]]:
    path = image_path(root, image_id)
    photo = check_photo(path)
    findings = [*_check_parts(root, image_id), *_check_caches(caches, image_id)]
    if photo.size and photo.size != PHOTO_SIZE:
        findings.append(Finding("photos of another size", f"{path}: {photo.size}"))
    if image_id in DEFECTS:
        place = f"{image_id}: {DEFECTS[image_id]}"
        findings.append(Finding("published as defective", place, problem=False))
    return photo, findings


def _check_parts(root: Path, image_id: int) -> Iterator[Finding]:
    names = present_parts(root, image_id)
    if not names:
        pattern = part_path(root, image_id, "<part>")
        yield Finding("faces without any part", str(pattern))
    empty = []
    for name in names:
        path = part_path(root, image_id, name)
        try:
            mask = read_part(path)
        except ValueError as error:
            yield Finding("unreadable parts", str(error))
            continue
        if mask.shape != PART_SIZE:
            yield Finding("parts of another size", f"{path}: {mask.shape}")
        if not mask.any():
            empty.append(name)
    if empty:
        place = f"{image_id}: {', '.join(empty)}"
        yield Finding("parts without a pixel", place, problem=False)


def _check_caches(caches: Caches, image_id: int) -> Iterator[Finding]:
    for folder, records in caches.items():
        if image_id in records and not is_intact(folder, records[image_id]):
            place = str(mask_path(folder, image_id))
            yield Finding("damaged composed masks", place)
