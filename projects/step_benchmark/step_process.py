"""A process of its own for each thing that is compared."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection


class StepProcess:
    """Something callable that lives in a fresh process.

    So neither way of computing inherits what the other did to its process (memory
    allocator, caches), and only one runs at a time.

    Args:
        build: Makes it, in the process; a function of a module.
        arguments: Of ``build``.
    """

    def __init__(self, build: Callable[..., object], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, build, arguments), daemon=True
        )
        self._process.start()
        theirs.close()

    def __call__(self, method: str = "__call__", *arguments: object) -> object:
        """Result of one of its methods.

        Raises:
            RuntimeError: If it, or the building, failed there.
        """
        try:
            self._connection.send((method, arguments))
            return self._connection.recv()
        except (EOFError, OSError):
            raise RuntimeError("the benchmarked process died; see above") from None

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._process.join()


def _serve(connection: Connection, build: Callable, arguments: tuple) -> None:
    served = build(*arguments)
    while True:
        try:
            method, arguments = connection.recv()
        except EOFError:
            return
        connection.send(getattr(served, method)(*arguments))
