"""What a check of a download found, and the text that says so."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Count:
    """Number of samples found, and the published one.

    Attributes:
        subset: What was counted.
        found: How many there are.
        published: How many there should be; a range where sources disagree, None
            where nobody says.
    """

    subset: str
    found: int
    published: int | range | None

    @property
    def agrees(self) -> bool:
        """Whether the published number was found, if there is one."""
        if self.published is None:
            return True
        if isinstance(self.published, range):
            return self.found in self.published
        return self.found == self.published

    @property
    def expected(self) -> str:
        """The published number, for people."""
        if self.published is None:
            return "not known"
        if isinstance(self.published, range):
            return f"{self.published[0]:,}-{self.published[-1]:,}"
        return f"{self.published:,}"


@dataclass
class SplitReport:
    """Findings in one split.

    Attributes:
        split: Its name.
        counts: Numbers of samples.
        problems: By kind, the places; each makes the download unusable as it is.
        notes: By kind, the places; worth knowing, but often so in the original.
    """

    split: str
    counts: list[Count] = field(default_factory=list)
    problems: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether all counts agree and there is no problem."""
        return not self.problems and all(count.agrees for count in self.counts)

    def add_problem(self, kind: str, place: str) -> None:
        """Note a problem of a kind at a place."""
        self.problems.setdefault(kind, []).append(place)

    def add_note(self, kind: str, place: str) -> None:
        """Note something that is not a problem in itself."""
        self.notes.setdefault(kind, []).append(place)


def render(reports: Sequence[SplitReport], *, limit: int) -> str:
    """The findings as text.

    Args:
        reports: One a split.
        limit: Places listed for each kind of finding.
    """
    lines = [f"{'split':<10}{'subset':<14}{'found':>8}{'published':>15}"]
    for report in reports:
        lines += [
            f"{report.split:<10}{count.subset:<14}{count.found:>8,}{count.expected:>15}"
            + ("" if count.agrees else "  <- differs")
            for count in report.counts
        ]
    for report in reports:
        lines += _listed(f"{report.split}: PROBLEM", report.problems, limit)
        lines += _listed(f"{report.split}: note", report.notes, limit)
    failed = [report.split for report in reports if not report.good]
    lines += [
        "",
        f"Problems in {', '.join(failed)}." if failed else "No problem found.",
    ]
    return "\n".join(lines)


def _listed(title: str, findings: dict[str, list[str]], limit: int) -> Iterator[str]:
    for kind, places in findings.items():
        yield f"\n{title}: {kind} ({len(places):,})"
        yield from (f"    {place}" for place in places[:limit])
        if len(places) > limit:
            yield f"    ... and {len(places) - limit:,} more"
