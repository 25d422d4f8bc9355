"""Arrays of a ``.mat``, read where a damaged file can do no harm."""

import io
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SECONDS = 120
MAX_BYTES = 2**32
"""Memory of the process that reads."""
TOGETHER = 500
"""Small files that one process reads."""

# The folder that Python puts first must not decide which scipy is imported.
PROGRAM = """
import sys
sys.path.pop(0)
import resource
import numpy as np
from scipy.io import loadmat

limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
arrays = {}
for number, path in enumerate(sys.stdin.buffer.read().split(b"\\0")):
    path = path.decode("utf-8", "surrogateescape")
    content = loadmat(path, variable_names=sys.argv[2:])
    for name in sys.argv[2:]:
        if name in content:
            array = content[name]
            if array.dtype == object:
                cells = [str(cell.item()) for cell in array.ravel()]
                array = np.array(cells, dtype=str)
            arrays[f"{number}/{name}"] = array
np.savez(sys.stdout.buffer, **arrays)
"""


def read_mat(path: Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Arrays of a MATLAB file (version 7 or older), each by its name.

    SciPy's reader is C that a damaged file can crash, so it runs in a process of its
    own, within limits of time and memory.

    Args:
        path: The file.
        names: Variables to read; those that it lacks are missing in the result.

    Returns:
        Arrays of numbers as stored, and cells of text as [n] of ``str``.

    Raises:
        ValueError: If the file cannot be read.
    """
    return read_mats([path], names)[0]


def read_mats(
    paths: Sequence[Path], names: Sequence[str]
) -> list[dict[str, np.ndarray]]:
    """Arrays of many small MATLAB files, as :func:`read_mat` of each.

    Some hundred share a process; where one of them is damaged they are halved until it
    is found.

    Raises:
        ValueError: If a file cannot be read, with its name.
    """
    if not paths:
        return []
    if len(paths) > TOGETHER:
        starts = range(0, len(paths), TOGETHER)
        parts = (read_mats(paths[i : i + TOGETHER], names) for i in starts)
        return [arrays for part in parts for arrays in part]
    try:
        found = _read_together(paths, names)
    except ValueError:
        if len(paths) == 1:
            raise
        middle = len(paths) // 2
        read = (read_mats(part, names) for part in (paths[:middle], paths[middle:]))
        return [arrays for part in read for arrays in part]
    return [
        {name: found[f"{i}/{name}"] for name in names if f"{i}/{name}" in found}
        for i in range(len(paths))
    ]


def _read_together(
    paths: Sequence[Path], names: Sequence[str]
) -> dict[str, np.ndarray]:
    """Arrays by ``number of the file/name``."""
    command = [sys.executable, "-c", PROGRAM, str(MAX_BYTES), *names]
    listed = b"\0".join(map(os.fsencode, paths))
    try:
        done = subprocess.run(
            command, input=listed, capture_output=True, timeout=SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"{paths[0]} cannot be read in {SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else f"its reader crashed ({-done.returncode})"
        raise ValueError(f"{paths[0]} is no .mat that can be read: {why}")
    with np.load(io.BytesIO(done.stdout), allow_pickle=False) as arrays:
        return dict(arrays)
