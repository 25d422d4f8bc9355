"""Items that another thread gets ready while this one works."""

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
PAUSE = 0.1
"""Seconds after which the thread looks whether anybody still wants its items."""


def read_ahead(items: Iterable[Item], count: int) -> Iterator[Item]:
    """The same items, of which up to ``count`` are ready before they are asked for.

    An error while an item is made comes where that item would have come. The thread
    ends with the generator, also where that is closed early.
    """
    ready: queue.Queue[tuple[Item | None, BaseException | None]] = queue.Queue(count)
    over = threading.Event()

    def give(one: tuple[Item | None, BaseException | None]) -> None:
        while not over.is_set():
            try:
                ready.put(one, timeout=PAUSE)
                return
            except queue.Full:
                continue

    def work() -> None:
        try:
            for item in items:
                give((item, None))
                if over.is_set():
                    return
            give((None, StopIteration()))
        except BaseException as error:
            give((None, error))

    thread = threading.Thread(target=work, name="read ahead", daemon=True)
    thread.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item
    finally:
        over.set()
        thread.join()
