"""What a visitor may ask of the server; everything else never reaches Gradio.

Gradio trusts some of what a request says: a file without its ``meta`` mark may lie
anywhere, an address is fetched, a body is read whole whatever its size. The page needs
little of that, and this lets only that through.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable

from mcf.utils.request_body import (
    Message,
    Receive,
    RefusedError,
    body_length,
    whole_body,
)

from .visitor_files import MAX_UPLOAD, NOT_UPLOADED, NoRoomError, VisitorFiles

Send = Callable[[Message], Awaitable[None]]

API = "/gradio_api/"
FILE = f"{API}file="
UPLOAD = f"{API}upload"
MAX_BODY = 2**20
"""Of JSON; a frame of a camera is within."""
MAX_FORM = MAX_UPLOAD + 2**16
READ = (
    "/config",
    "/theme.css",
    "/favicon.ico",
    "/manifest.json",
    "/robots.txt",
    f"{API}info",
    f"{API}app_id",
    f"{API}startup-events",
    f"{API}upload_progress",
    f"{API}queue/data",
)
READ_BELOW = ("/assets/", "/static/", f"{API}heartbeat/", f"{API}call/")
ASK = (f"{API}queue/join", f"{API}cancel", f"{API}reset")
ASK_BELOW = (f"{API}call/", f"{API}stream/")


class Gate:
    """ASGI middleware before Gradio's routes.

    Args:
        app: What is behind it.
        files: The files that requests may name and uploads go to.
    """

    def __init__(self, app: Callable[..., Awaitable], files: VisitorFiles) -> None:
        self.app = app
        self.files = files

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        try:
            if scope["type"] != "http":
                raise RefusedError(404, "not found")
            async with contextlib.AsyncExitStack() as stack:
                receive = await self._admitted(scope, receive, stack)
                await self.app(scope, receive, send)
        except RefusedError as error:
            await _answer(scope, send, error)

    async def _admitted(
        self, scope: Message, receive: Receive, stack: contextlib.AsyncExitStack
    ) -> Receive:
        """How the app is to read the body.

        Raises:
            RefusedError: If the request is not let through.
        """
        path, method = scope["path"].rstrip("/") or "/", scope["method"]
        if method in ("GET", "HEAD"):
            if path.startswith(FILE):
                known = self.files.holds(scope["path"].removeprefix(FILE))
            else:
                known = path == "/" or path in READ or path.startswith(READ_BELOW)
            if not known:
                raise RefusedError(404, "not found")
            return receive
        if method == "POST" and path == UPLOAD:
            size = body_length(scope["headers"], MAX_FORM)
            room = self.files.room(size)
            try:
                await asyncio.to_thread(room.__enter__)
            except NoRoomError as error:
                raise RefusedError(507, str(error)) from error
            stack.push(room)
            return receive
        if method == "POST" and (path in ASK or path.startswith(ASK_BELOW)):
            size = body_length(scope["headers"], MAX_BODY)
            body = checked_body(await whole_body(receive, size), self.files)
            scope["headers"] = [
                *(
                    (name, v)
                    for name, v in scope["headers"]
                    if name != b"content-length"
                ),
                (b"content-length", str(len(body)).encode()),
            ]
            return _replayed(body, receive)
        raise RefusedError(404, "not found")


def checked_body(body: bytes, files: VisitorFiles) -> bytes:
    """JSON to pass on, in which all files are uploads.

    It is written anew, so that Gradio cannot read it otherwise than it was checked.

    Args:
        body: Of the request.
        files: The uploads.

    Raises:
        RefusedError: If it is no JSON, or names another file, or an address.
    """
    try:
        content = json.loads(body)
        _check_paths(content, files)
        return json.dumps(content).encode()
    except (ValueError, RecursionError):
        raise RefusedError(400, "the body is no JSON that the page sends") from None


def _check_paths(value: object, files: VisitorFiles) -> None:
    """Walk all values; ``path`` means a file wherever it stands."""
    if isinstance(value, dict):
        path = value.get("path")
        if path is not None and not files.holds(path):
            raise RefusedError(403, NOT_UPLOADED)
        value = [*value.values()]
    if isinstance(value, list):
        for part in value:
            _check_paths(part, files)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read, for who reads it next; then what else comes."""
    left = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return left.pop() if left else await receive()

    return replay


async def _answer(scope: Message, send: Send, error: RefusedError) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps({"detail": str(error), "error": str(error)}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # the body is left unread
    ]
    await send(
        {"type": "http.response.start", "status": error.status, "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})
