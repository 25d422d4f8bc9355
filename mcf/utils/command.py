"""What a command line says and returns when it cannot do what was asked."""

import contextlib
import errno
import logging
import os
import select
import sys
from collections.abc import Callable, Iterator

FAILED = 1
"""Exit code of work that was begun and went wrong, or found something wrong."""

REFUSED = 2
"""Exit code of a call that is wrong, as of :mod:`argparse`."""

SOME_SKIPPED = 3
"""Exit code of work that is done but for some inputs, which it names."""

INTERRUPTED = 130
"""Exit code after Ctrl-C, as of shells."""

READER_GONE = 141
"""Exit code when whoever read the output has closed it, as of shells."""

TRACEBACK = "MCF_TRACEBACK"
"""Environment variable that lets errors through, to see where they come from."""

COMPLETES = "_ARGCOMPLETE"
"""Environment variable with which a shell asks for completions."""

REMEDIES = {
    errno.ENOSPC: "the disk is full: free some space, or name a folder elsewhere",
    errno.EDQUOT: "the quota is used up: free some space, or name a folder elsewhere",
    errno.EFBIG: "raise the limit (ulimit -f), or name a folder elsewhere",
    errno.EROFS: "name a folder that can be written",
    errno.EACCES: "change its permissions, or name another one",
    errno.EPERM: "change its permissions, or name another one",
    errno.ENOENT: "check the name, and that nobody removes it meanwhile",
    errno.EMFILE: "raise the limit of open files (ulimit -n)",
    errno.EADDRINUSE: "name another port",
}


def run_command(main: Callable[..., int | None], *arguments: object) -> int:
    """Exit code of a main function; its errors become one line each on stderr.

    Mistakes of a call (ValueError, FileNotFoundError, ImportError) are
    :data:`REFUSED`, what a disk or a number refuses (OSError, FloatingPointError)
    :data:`FAILED`, Ctrl-C is :data:`INTERRUPTED`: ``main`` raises ``KeyboardInterrupt``
    with a message that says what is done and how to go on. Anything else is a fault of
    the program and keeps its traceback; with ``MCF_TRACEBACK=1`` in the environment
    all errors do.

    Args:
        main: Parses arguments and works; returns an exit code or None for 0.
        arguments: Of ``main``.
    """
    if os.environ.get(TRACEBACK):
        return main(*arguments) or 0
    with _quiet_logging():
        try:
            code = main(*arguments) or 0
            sys.stdout.flush()  # here, where its error has an exit code
            return code
        except KeyboardInterrupt as stop:
            return _end(INTERRUPTED, str(stop) or "stopped; nothing was finished")
        except (FileNotFoundError, ValueError, ImportError) as error:
            return _end(REFUSED, f"error: {describe(error)}")
        except (OSError, FloatingPointError) as error:
            if isinstance(error, BrokenPipeError) and _reader_is_gone():
                return READER_GONE
            return _end(FAILED, f"error: {describe(error)}")


def describe(error: Exception) -> str:
    """An error as a line, with its file and a remedy where they are known."""
    text = str(error) or type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        place = "" if error.filename is None else f"{error.filename}: "
        remedy = REMEDIES.get(error.errno)
        text = f"{place}{error.strerror}" + (f"; {remedy}" if remedy else "")
    if isinstance(error, ModuleNotFoundError) and text.startswith("No module named"):
        text += "; mcf doctor lists what is missing, pip install 'mcf[all]' brings most"
    if "Traceback (most recent call last)" in text:  # of a worker that loads data
        return text.strip().splitlines()[-1]
    return text


def _end(code: int, line: str) -> int:
    try:
        sys.stdout.flush()
    except OSError:  # the interpreter would try again at exit, and end with 120
        with contextlib.suppress(OSError, ValueError):  # no file, or closed
            _discard_output(sys.stdout.fileno())
    with contextlib.suppress(OSError):
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
    return code


def _reader_is_gone() -> bool:
    """Whether it was stdout that broke; then nothing more is written to it."""
    with contextlib.suppress(OSError, ValueError):  # no file, or closed
        out = sys.stdout.fileno()
        poll = select.poll()
        poll.register(out, 0)
        if any(event & select.POLLERR for _, event in poll.poll(0)):
            _discard_output(out)
            return True
    return False


def _discard_output(file: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), file)


@contextlib.contextmanager
def _quiet_logging() -> Iterator[None]:
    """Logs without tracebacks about themselves, which a full disk would cause."""
    before, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        yield
    finally:
        logging.raiseExceptions = before
