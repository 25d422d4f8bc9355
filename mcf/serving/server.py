"""The app on a port, until a signal ends it; accepted requests are answered first."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

PATIENCE = 10.0
"""Seconds between two looks at a connection; in one of them something must move."""
CONNECTIONS = 1024
"""At a time; more are answered 503."""
DRAINING = 90.0
"""Seconds that accepted requests have at the end: longer than any may take."""


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 that closes connections on which nothing moves.

    Uvicorn waits for ever for headers, and for a client that does not read.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        """Begin to look at the connection."""
        super().connection_made(transport)
        self._look(None)

    def _look(self, before: tuple | None) -> None:
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            return
        unread = self.transport.get_write_buffer_size()
        idle = self.cycle is None or self.cycle.response_complete
        now = (id(self.cycle), idle, unread)
        if now == before and (idle or unread):
            self.transport.abort()
            return
        self.loop.call_later(PATIENCE, self._look, now)


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound, so that a taken port is found before models load.

    Raises:
        OSError: If the port is taken, or there is no such interface.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def make_server(app: FastAPI) -> uvicorn.Server:
    """The server of an app, which waits neither for ever nor for everybody."""
    config = uvicorn.Config(
        app,
        http=ImpatientProtocol,
        ws="none",
        lifespan="off",
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=int(DRAINING),
        access_log=False,
        log_level="warning",
        server_header=False,
    )
    return uvicorn.Server(config)


def serve_app(app: FastAPI, bound: socket.socket) -> None:
    """Serve until SIGTERM or Ctrl-C, which is raised again once all is answered.

    No connection is taken any more from the signal on; requests whose headers are here
    are answered.

    Args:
        app: What is served.
        bound: Of :func:`listen`.
    """
    make_server(app).run(sockets=[bound])
