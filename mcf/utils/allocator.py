"""How the C library treats memory that was freed."""

import ctypes
import platform

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # names of mallopt(3)


def keep_freed_memory() -> bool:
    """Keep large freed blocks for the next allocation, for the rest of the process.

    The GNU C library gives them back to the system and fetches zeroed pages anew, which
    costs a training step on a CPU a tenth of its time or more: a network allocates
    blocks of the same sizes at every step. The process stays as large as its largest
    moment.

    Returns:
        Whether this C library can do that.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    mallopt = ctypes.CDLL(None).mallopt
    return bool(mallopt(_MMAP_MAX, 0) and mallopt(_TRIM_THRESHOLD, -1))
