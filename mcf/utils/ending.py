"""A process that cleans up, whichever signal ends it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


class EndedError(BaseException):
    """A signal asks the process to end.

    Args:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Turn the signals that end a process into :class:`EndedError`, the first time.

    Python leaves ``finally`` out when SIGTERM ends it, and with it all cleaning up.
    """
    known = [getattr(signal, name) for name in ENDING if hasattr(signal, name)]

    def end(number: int, frame: FrameType | None) -> None:
        for other in known:
            signal.signal(other, signal.SIG_IGN)
        raise EndedError(number)

    before = {number: signal.signal(number, end) for number in known}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
