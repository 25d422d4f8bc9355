"""Open shards of one process."""

import os
from collections import OrderedDict

from mcf.utils.bounded_file import MAX_IMAGE_BYTES


class ShardFiles:
    """Bounded set of open files, the longest unused closed first.

    Args:
        paths: Files that can be read.
        limit: Files open at once. Systems commonly allow a process 1,024, and a
            loader's process needs some for its queues.
    """

    def __init__(self, paths: list[str], *, limit: int = 256) -> None:
        self._paths = paths
        self._limit = limit
        self._descriptors: OrderedDict[int, int] = OrderedDict()

    def read(self, number: int, offset: int, size: int) -> bytes:
        """Bytes of file ``number`` from ``offset``.

        Raises:
            OSError: If the file cannot be opened, ends before ``size`` bytes, or they
                are more than any image has (:data:`MAX_IMAGE_BYTES`).
        """
        path = self._paths[number]
        if not (0 <= size <= MAX_IMAGE_BYTES and 0 <= offset < 2**63):
            raise OSError(
                f"{size} bytes at {offset} of {path!r} are not read; an image has at "
                f"most {MAX_IMAGE_BYTES}"
            )
        data = os.pread(self._descriptor(number), size, offset)
        if len(data) != size:
            raise OSError(f"{path!r} ends before byte {offset + size}")
        return data

    def __del__(self) -> None:
        for descriptor in self._descriptors.values():
            os.close(descriptor)

    def _descriptor(self, number: int) -> int:
        if number in self._descriptors:
            self._descriptors.move_to_end(number)
        else:
            if len(self._descriptors) == self._limit:
                os.close(self._descriptors.popitem(last=False)[1])
            self._descriptors[number] = os.open(self._paths[number], os.O_RDONLY)
        return self._descriptors[number]
