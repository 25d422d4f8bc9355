"""Resources that must not cross a process boundary."""

import os
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class PerProcess(Generic[T]):
    """Resource opened at its first use in each process.

    A forked process opens its own, and pickling leaves the open one behind.

    Args:
        open_resource: Opens it; must be picklable (a function or a partial of one).
    """

    def __init__(self, open_resource: Callable[[], T]) -> None:
        self._open_resource = open_resource
        self._resource: T | None = None
        self._owner: int | None = None

    def get(self) -> T:
        """The resource of this process, opened now if it was not."""
        if self._owner != os.getpid():
            self._resource = self._open_resource()
            self._owner = os.getpid()
        return self._resource

    def __getstate__(self) -> dict:
        return self.__dict__ | {"_resource": None, "_owner": None}
