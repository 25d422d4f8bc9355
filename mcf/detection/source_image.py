"""An encoded image as a source passes it to a detector."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourceImage:
    """Encoded image as the source gives it.

    Attributes:
        name: Its name in the source; only an identifier, never used as a path.
        data: Its bytes; empty if there is a problem.
        columns: What the source tells about it (licence, NSFW, ...), as text.
        problem: ``kind: detail`` if it could not be read.
    """

    name: str
    data: bytes = b""
    columns: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
