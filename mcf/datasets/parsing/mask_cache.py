"""Composing the masks of CelebAMask-HQ once, for good."""

import signal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import Pool
from pathlib import Path

from mcf.datasets.parsing.celebamask_hq_files import (
    PART_MASKS,
    SOURCE,
    part_path,
    present_parts,
    read_part,
)
from mcf.datasets.parsing.class_sets import get_order
from mcf.datasets.parsing.compose import compose
from mcf.datasets.parsing.mask_files import encode_mask
from mcf.datasets.parsing.mask_manifest import (
    MaskRecord,
    cache_folder,
    is_intact,
    manifest_path,
    mask_path,
    read_manifest,
    write_manifest,
)
from mcf.utils.atomic_file import append_whole, write_atomically
from mcf.utils.checksums import checksum
from mcf.utils.lock import locked

Job = tuple[int, MaskRecord | None]
Result = MaskRecord | str | None


@dataclass
class Composition:
    """Outcome of :func:`compose_masks`.

    Attributes:
        folder: Where the masks are.
        records: What is known about each mask asked for, by image id.
        composed: How many of them were written now; the others were intact.
        failures: Why an image has no mask, by image id.
    """

    folder: Path
    records: dict[int, MaskRecord] = field(default_factory=dict)
    composed: int = 0
    failures: dict[int, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """What went wrong, with the first example; empty if nothing did."""
        if not self.failures:
            return ""
        image_id, reason = next(iter(self.failures.items()))
        asked = len(self.failures) + len(self.records)
        return (
            f"{len(self.failures)} of {asked} masks cannot be composed, for example "
            f"that of image {image_id}: {reason}"
        )


def compose_masks(
    root: str | Path,
    order: str,
    image_ids: Iterable[int],
    *,
    folder: str | Path | None = None,
    workers: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> Composition:
    """Compose the masks of CelebAMask-HQ that are not there yet.

    A mask is kept if the manifest lists it, its checksum is right and its face still
    has the same part files. So a stopped call is resumed by calling again, a damaged
    mask is made anew, and a download that has been completed is noticed. Parts that
    were edited under the same names are not: remove the folder then.

    Args:
        root: The folder CelebAMask-HQ.
        order: ``farl`` or ``official``.
        image_ids: Images to compose masks for.
        folder: Where to; ``CelebAMask-HQ-mask-<order>`` in ``root`` by default.
        workers: Processes; 0 composes in this one.
        progress: Called with the number of images done.

    Returns:
        Counts and failures; one bad image stops nothing.

    Raises:
        FileNotFoundError: If the part masks are missing altogether.
        ValueError: If there is no such order or the folder holds another one.
    """
    root = Path(root)
    folder = Path(folder) if folder else cache_folder(root, order)
    if not (root / PART_MASKS).is_dir():
        raise FileNotFoundError(f"no folder {root / PART_MASKS}; {SOURCE}")
    with locked(folder / ".lock"):  # of two at once, the second finds the first's
        return _compose_all(root, folder, order, image_ids, workers, progress)


def _compose_all(
    root: Path,
    folder: Path,
    order: str,
    image_ids: Iterable[int],
    workers: int,
    progress: Callable[[int], None],
) -> Composition:
    listed = read_manifest(folder, order) if manifest_path(folder).is_file() else {}
    # Anew, for a line that a killed process left unfinished would swallow the next.
    write_manifest(folder, order, listed.values())
    outcome = Composition(folder)
    jobs = [(image_id, listed.get(image_id)) for image_id in image_ids]
    results = _run(partial(_compose_one, root, folder, order), jobs, workers)
    for done, ((image_id, old), result) in enumerate(zip(jobs, results), 1):
        if isinstance(result, str):
            outcome.failures[image_id] = result
        elif result is None:
            outcome.records[image_id] = old
        else:
            outcome.records[image_id] = result
            outcome.composed += 1
            append_whole(result.to_line(), manifest_path(folder))
        progress(done)
    write_manifest(folder, order, (listed | outcome.records).values())
    return outcome


def _run(
    work: Callable[[Job], Result], jobs: list[Job], workers: int
) -> Iterator[Result]:
    """Results of ``work`` in the order of the jobs."""
    if workers == 0:
        yield from map(work, jobs)
        return
    ignore = (signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for this process to tell
    with Pool(workers, signal.signal, ignore) as pool:
        yield from pool.imap(work, jobs, chunksize=8)


def _compose_one(root: Path, folder: Path, order: str, job: Job) -> Result:
    """Record of the mask composed now, None if the old one stands, or what is wrong."""
    image_id, old = job
    names = present_parts(root, image_id)
    if not names:
        return f"no part at all: no {part_path(root, image_id, '<part>')}"
    if old and old.parts == names and is_intact(folder, old):
        return None
    try:
        parts = {name: read_part(part_path(root, image_id, name)) for name in names}
        labels = compose(parts, order)
    except (OSError, ValueError) as error:
        return str(error)
    data = encode_mask(labels, get_order(order))
    write_atomically(data, mask_path(folder, image_id))
    empty = [name for name, mask in parts.items() if not mask.any()]
    return MaskRecord(image_id, names, empty, checksum(data))
