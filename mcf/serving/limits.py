"""How much the service takes at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mcf.utils.request_body import RefusedError


@dataclass(frozen=True)
class Limits:
    """What is refused, and when somebody is too slow.

    Attributes:
        bytes: Most of an image file.
        waiting: Most images that were accepted and are not answered.
        held: Most bytes of them together.
        body_seconds: For a request to arrive, once its headers have.
        answer_seconds: For an answer, from when the image is here.
    """

    bytes: int = 32 * 2**20
    waiting: int = 256
    held: int = 2**30
    body_seconds: float = 30.0
    answer_seconds: float = 60.0

    def __post_init__(self) -> None:
        for name in ("bytes", "waiting"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}={getattr(self, name)} must be 1 or more")


class Admission:
    """Counts the images that were accepted and are not answered.

    Args:
        limits: How many there may be.

    Attributes:
        waiting: Images.
        held: Their bytes.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.waiting = self.held = 0

    @contextmanager
    def place(self, size: int) -> Iterator[None]:
        """Count an image of so many bytes while the block lasts.

        Raises:
            RefusedError: If there is no room, before any of it is read.
        """
        fits = self.held + size <= max(self.limits.held, self.limits.bytes)
        if self.waiting >= self.limits.waiting or not fits:
            raise RefusedError(429, "too many images wait: try again in a second")
        self.waiting += 1
        self.held += size
        try:
            yield
        finally:
            self.waiting -= 1
            self.held -= size
