"""Clients of the service that cost little: HTTP/1.1 by hand, on loopback."""

import asyncio
import json
import time
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE = 120.0
"""Seconds that a client waits for its answer."""


@dataclass
class Tally:
    """What became of requests.

    Attributes:
        statuses: How many, by status; 0 for a connection that ended without an answer.
        seconds: Of each that was answered.
        unanswered: When each without an answer was sent whole, by the monotonic clock.
    """

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    unanswered: list[float] = field(default_factory=list)

    def count(self, status: int) -> None:
        """Count one more."""
        self.statuses[status] = self.statuses.get(status, 0) + 1


def request(image: bytes, *, kind: str = "image/jpeg") -> bytes:
    """A request for the faces of an image, whole."""
    head = (
        f"POST /faces HTTP/1.1\r\nhost: {HOST}\r\ncontent-type: {kind}\r\n"
        f"content-length: {len(image)}\r\n\r\n"
    )
    return head.encode() + image


async def read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """Status and body; status 0 if the connection ends before its headers.

    Raises:
        asyncio.IncompleteReadError: If it ends within the body.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return 0, b""
    lines = head.decode("latin-1").lower().split("\r\n")
    sizes = [line[15:] for line in lines if line.startswith("content-length:")]
    body = await reader.readexactly(int(sizes[0])) if sizes else await reader.read()
    return int(lines[0].split()[1]), body


async def send(port: int, message: bytes) -> tuple[int, bytes]:
    """Answer to one message on a connection of its own; status 0 for none."""
    reader, writer = await asyncio.open_connection(HOST, port)
    try:
        writer.write(message)
        return await asyncio.wait_for(read_answer(reader), PATIENCE)
    except (ConnectionError, asyncio.IncompleteReadError):
        return 0, b""
    finally:
        writer.close()


async def load(
    port: int, images: list[bytes], *, clients: int, count: int, tally: Tally
) -> None:
    """Send images over kept connections; each client sends one when it has an answer.

    A client ends with its connection, and when none can be made any more.

    Args:
        port: Of the service.
        images: Sent in turn.
        clients: How many at a time.
        count: Requests of all of them together.
        tally: Counts what becomes of them.
    """
    left = iter(range(count))

    async def use() -> None:
        try:
            reader, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            return
        sent = None
        try:
            for number in left:
                start = time.monotonic()
                writer.write(request(images[number % len(images)]))
                await writer.drain()
                sent = time.monotonic()
                status, body = await asyncio.wait_for(read_answer(reader), PATIENCE)
                if status == 0:
                    raise ConnectionError
                tally.count(status)
                if status == 200:
                    json.loads(body)
                    tally.seconds.append(time.monotonic() - start)
                sent = None
                if status == 429:
                    await asyncio.sleep(1)
                if status != 200:  # the service closes
                    writer.close()
                    reader, writer = await asyncio.open_connection(HOST, port)
        except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError):
            if sent is not None:
                tally.count(0)
                tally.unanswered.append(sent)
        finally:
            writer.close()

    await asyncio.gather(*(use() for _ in range(clients)))
