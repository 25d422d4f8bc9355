"""Bodies of HTTP requests, of a length that is known before they are read."""

from collections.abc import Awaitable, Callable, MutableMapping

Message = MutableMapping[str, object]
Receive = Callable[[], Awaitable[Message]]


class RefusedError(Exception):
    """A request that is not let through.

    Args:
        status: Of the answer.
        detail: What the visitor reads.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def body_length(headers: list[tuple[bytes, bytes]], limit: int) -> int:
    """Bytes of a body, known before it is read.

    Args:
        headers: Of the request, names in lower case.
        limit: Most bytes.

    Raises:
        RefusedError: If the length is not told, or over the limit.
    """
    told = [value for name, value in headers if name == b"content-length"]
    chunked = any(name == b"transfer-encoding" for name, _ in headers)
    if chunked or len(told) != 1 or not told[0].isdigit():
        raise RefusedError(411, "the length of the body must be told")
    if len(told[0]) > 18 or int(told[0]) > limit:
        raise RefusedError(413, f"too large: over {limit >> 10} KiB")
    return int(told[0])


async def whole_body(receive: Receive, size: int) -> bytes:
    """Body of so many bytes at most.

    Raises:
        RefusedError: If the visitor is gone before its end.
    """
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RefusedError(400, "the body is cut off")
        body += message.get("body", b"")
        more = message.get("more_body", False) and len(body) <= size
    return bytes(body)
