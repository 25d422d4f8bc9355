"""The page on a port."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.middleware import Middleware

from .gate import Gate
from .handlers import Handlers
from .page import STYLE, THEME, build_page
from .visitor_files import MAX_UPLOAD

SESSIONS = 32
"""Whose photos are kept in memory, for a new opacity or mask."""


@contextmanager
def running_page(
    handlers: Handlers, *, host: str = "127.0.0.1", port: int | None = None
) -> Iterator[str]:
    """Serve the page in a thread, behind :class:`Gate`.

    Args:
        handlers: What the page does; its files are all that the server keeps.
        host: Interface to listen on.
        port: Port; the first free one from 7860 by default.

    Yields:
        Address of the page.

    Raises:
        OSError: If the port is taken.
    """
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(handlers.files.folder)
    page = None
    try:
        page = build_page(handlers)
        _, address, _ = page.launch(
            server_name=host,
            server_port=port,
            theme=THEME,
            css=STYLE,
            app_kwargs=dict(middleware=[Middleware(Gate, files=handlers.files)]),
            max_file_size=MAX_UPLOAD,
            state_session_capacity=SESSIONS,
            footer_links=[],
            enable_monitoring=False,
            mcp_server=False,
            ssr_mode=False,
            prevent_thread_lock=True,
            quiet=True,
        )
        yield address
    finally:
        if page is not None:
            page.close(verbose=False)
        if before is None:
            del os.environ["GRADIO_TEMP_DIR"]
        else:
            os.environ["GRADIO_TEMP_DIR"] = before
