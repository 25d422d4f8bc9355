"""Images that come one by one, given on together."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from .answers import Answer, Upload

Call = Callable[[Sequence[Upload]], Awaitable[list[Answer]]]


class Batches:
    """Gathers images while earlier ones are analysed.

    An image that finds a call free goes at once; those that come while all are taken
    wait, and go together. For one event loop.

    Args:
        call: Answers of several images.
        size: Most images of a call.
        calls: Most calls at a time.
    """

    def __init__(self, call: Call, *, size: int, calls: int) -> None:
        self._call = call
        self._size = size
        self._free = calls
        self._waiting: deque[tuple[Upload, asyncio.Future[Answer]]] = deque()
        self._running: set[asyncio.Task] = set()

    async def answer(self, upload: Upload) -> Answer:
        """Answer of one image; raises what its call raises."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((upload, future))
        self._start()
        return await future

    def _start(self) -> None:
        while self._free and (batch := self._next()):
            self._free -= 1
            task = asyncio.ensure_future(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def _next(self) -> list[tuple[Upload, asyncio.Future[Answer]]]:
        """Up to so many of those that wait, but for who has given up."""
        batch = []
        while self._waiting and len(batch) < self._size:
            one = self._waiting.popleft()
            if not one[1].done():
                batch.append(one)
        return batch

    async def _run(self, batch: list[tuple[Upload, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self._call([upload for upload, _ in batch])
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
        except Exception as error:
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
        finally:
            self._free += 1
            self._start()
