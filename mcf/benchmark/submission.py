"""The result of a backbone as one file, which others compare with theirs."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, stdev

from mcf.benchmark.row import Published, Score
from mcf.utils.atomic_file import write_json
from mcf.utils.bounded_file import read_bounded
from mcf.utils.declared import (
    flag,
    named,
    one_of,
    optional,
    parse_json,
    real,
    said_by,
    several,
    table,
    text,
    whole,
)

FORMAT = "mcf-benchmark-1"
FILE = "benchmark.json"
LARGEST = 2**22


@dataclass(frozen=True)
class Entry:
    """A row done with one share of the labels.

    Attributes:
        row: Name of the row.
        title: For tables.
        score: The number that counts.
        way: ``frozen`` or ``fine-tuned``.
        share: Of the labels.
        scores: By name, one number a seed; None where it is not defined.
        groups: Kind of group → group → mean of the number that counts over seeds.
        counts: Faces and pairs by part.
        published: Numbers of others.
        note: What a reader must know.
    """

    row: str
    title: str
    score: Score
    way: str
    share: float
    scores: dict[str, list[float | None]]
    groups: dict[str, dict[str, float | None]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    published: tuple[Published, ...] = ()
    note: str = ""

    @property
    def values(self) -> list[float]:
        """The number that counts, by seed."""
        return [v for v in self.scores.get(self.score.key, ()) if v is not None]

    @property
    def mean(self) -> float:
        """Mean over seeds; NaN without any."""
        return mean(self.values) if self.values else math.nan

    @property
    def spread(self) -> float | None:
        """Standard deviation over seeds; None with fewer than two."""
        return stdev(self.values) if len(self.values) > 1 else None


@dataclass(frozen=True)
class Submission:
    """Everything that was measured of one backbone.

    Attributes:
        backbone: Its name.
        fingerprint: SHA-256 of its weights and settings.
        img_size: Side of its images.
        trained: Whether it has weights of a training.
        ring: Name of the ring.
        entries: Rows that were done.
        missing: Name of a row that was not, to why and where its data are.
        seconds: Processor time of the computation, without what was there already.
    """

    backbone: str
    fingerprint: str
    img_size: int
    trained: bool
    ring: str
    entries: tuple[Entry, ...]
    missing: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def entry(self, row: str, way: str, share: float) -> Entry | None:
        """Result of a row; None if it was not done."""
        wanted = (row, way, share)
        found = (e for e in self.entries if (e.row, e.way, e.share) == wanted)
        return next(found, None)


def summary(
    submission: Submission, floor: Submission
) -> tuple[float, dict[str, float]]:
    """Mean over rows of (score − floor) / (best published − floor), and each row's.

    Rows with all labels that both have and that others have published. 0 is the
    floor's network, 1 the best published one, with whatever was published (fine-tuned
    as a rule).

    Args:
        submission: What is judged.
        floor: Submission of an untrained network.

    Raises:
        ValueError: If they share no such row.
    """
    parts = {}
    for entry in submission.entries:
        low = floor.entry(entry.row, entry.way, entry.share)
        if entry.share < 1 or not entry.published or low is None:
            continue
        best = entry.published[0].value
        if best != low.mean:
            parts[entry.row] = (entry.mean - low.mean) / (best - low.mean)
    if not parts:
        raise ValueError(
            f"{submission.backbone} and {floor.backbone} share no row that others have "
            "published"
        )
    return mean(parts.values()), parts


def write_submission(submission: Submission, path: Path) -> None:
    """Write it, complete or not at all."""
    write_json({"format": FORMAT, **asdict(submission)}, path, indent=1)


NUMBER = real(-1e9, 1e9)
SCORE = table(
    dict(key=text(), title=text(), higher=flag), required=("key", "title", "higher")
)
PUBLISHED = table(
    dict(model=text(), value=NUMBER, how=text(1000), source=text(1000)),
    required=("model", "value", "how", "source"),
)
ENTRY = table(
    dict(
        row=text(),
        title=text(),
        score=SCORE,
        way=one_of("frozen", "fine-tuned"),
        share=real(0, 1),
        scores=named(several(optional(NUMBER), 100), 200),
        groups=named(named(optional(NUMBER), 200), 20),
        counts=named(whole(0, 10**9), 20),
        published=several(PUBLISHED, 50),
        note=text(2000),
    ),
    required=("row", "title", "score", "way", "share", "scores"),
)
SUBMISSION = table(
    dict(
        format=one_of(FORMAT),
        backbone=text(),
        fingerprint=text(),
        img_size=whole(1, 10**5),
        trained=flag,
        ring=text(),
        entries=several(ENTRY, 500),
        missing=named(text(2000), 500),
        seconds=real(0, 1e12),
    ),
    required=("format", "backbone", "fingerprint", "img_size", "ring", "entries"),
)


def read_submission(path: str | Path) -> Submission:
    """Submission in a file, which may come from anybody.

    Args:
        path: The file, or the folder that holds ``benchmark.json``.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is none, or a number is none.
    """
    path = Path(path)
    path = path / FILE if path.is_dir() else path
    content = read_bounded(path, LARGEST)
    with said_by(path):
        found = SUBMISSION(parse_json(content), "a submission")
    found.pop("format")
    entries = [_entry(entry) for entry in found.pop("entries")]
    keys = [(e.row, e.way, e.share) for e in entries]
    if len(set(keys)) < len(keys):
        raise ValueError(f"{path}: a row stands twice")
    return Submission(**{"trained": True, **found}, entries=tuple(entries))


def _entry(found: dict) -> Entry:
    published = tuple(Published(**p) for p in found.pop("published", ()))
    return Entry(**{**found, "score": Score(**found["score"]), "published": published})


def mean_groups(
    groups: Sequence[dict[str, dict[str, float]]],
) -> dict[str, dict[str, float | None]]:
    """Mean over seeds of scores by group; None where one is not a number."""
    found: dict[str, dict[str, float | None]] = {}
    for kind, names in (groups[0] if groups else {}).items():
        values = {name: [g[kind][name] for g in groups] for name in names}
        means = {name: mean(v) for name, v in values.items()}
        found[kind] = {n: v if math.isfinite(v) else None for n, v in means.items()}
    return found
