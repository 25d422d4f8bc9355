"""Which photos and videos a call is about, listed once."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .photos import is_folder, is_single, photos_below


@dataclass(frozen=True)
class Listing:
    """Sources in the order in which they are analysed.

    Attributes:
        inputs: What was asked for.
        sources: Images and videos, and folders that have none, for their errors.
        own: Pictures of earlier results in the folders, which are left out.
    """

    inputs: tuple[str, ...]
    sources: tuple[str, ...]
    own: int

    @property
    def images(self) -> int | None:
        """How many there are; None if a video is among them."""
        if any(not is_single(path) and not is_folder(path) for path in self.sources):
            return None
        return len(self.sources)


def list_inputs(inputs: Sequence[str | Path]) -> Listing:
    """Photos of files, folders and videos; what cannot be read is listed, too."""
    sources: list[str] = []
    left_out = 0
    for path in inputs:
        photos, own = [path], 0
        if is_folder(path):
            with suppress(ValueError, OSError):  # reading it tells what is wrong
                photos, own = photos_below(Path(path))
        sources += map(str, photos)
        left_out += own
    return Listing(tuple(map(str, inputs)), tuple(sources), left_out)
