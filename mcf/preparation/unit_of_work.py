"""The share of a source that one worker prepares at a time."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """Share of a source that one worker prepares at a time.

    Attributes:
        index: Number of the unit in its source.
        name: What to call it in messages.
        items: What the source needs to read it; plain values.
    """

    index: int
    name: str
    items: tuple
