"""Which names are those of images, and what is passed over."""

from collections import Counter
from collections.abc import Mapping

from mcf.datasets.stores.base import IMAGE_SUFFIXES

HIDDEN = "hidden"
"""What hidden files are counted as."""
COMPANIONS = (".json", ".txt")
"""Endings of what img2dataset writes beside its images."""


def is_hidden(name: bytes) -> bool:
    """Whether a path holds a hidden file or folder, such as a Mac's ``._photo.jpg``.

    Macs also pack such copies into a folder ``__MACOSX``.
    """
    return any(
        part == b"__MACOSX" or (part.startswith(b".") and part not in (b".", b".."))
        for part in name.split(b"/")
    )


class NameFilter:
    """Chooses the names of images and counts the others.

    Args:
        suffixes: Endings of images, in any case; None takes every name that is not
            hidden.

    Attributes:
        passed_over: Number of other files by ending, ``hidden``, or ``no ending``.
    """

    def __init__(self, suffixes: tuple[str, ...] | None = IMAGE_SUFFIXES) -> None:
        self._endings = suffixes and tuple(s.lower().encode() for s in suffixes)
        self.passed_over: Counter[str] = Counter()

    def __call__(self, name: bytes) -> bool:
        """Whether a path is that of an image; counts it if not."""
        if is_hidden(name):
            self.passed_over[HIDDEN] += 1
        elif self._endings is None or name.lower().endswith(self._endings):
            return True
        else:
            last = name.rpartition(b"/")[2]
            _, dot, ending = last.lower().rpartition(b".")
            kind = (dot + ending).decode("utf-8", "replace") if dot else "no ending"
            self.passed_over[kind] += 1
        return False


def describe_passed_over(counts: Mapping[str, int]) -> str:
    """Such as ``5 files passed over: 3 .cr2, 2 hidden``; empty without any."""
    if not counts:
        return ""
    kinds = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    listed = ", ".join(f"{count:,} {kind}" for kind, count in kinds[:8])
    more = f" and {len(kinds) - 8} other kinds" if len(kinds) > 8 else ""
    total = sum(counts.values())
    return f"{total:,} file{'s' * (total > 1)} passed over: {listed}{more}"
