"""Arrays of a ``.mat``, read where a damaged file can do no harm."""

import io
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SECONDS = 120
MAX_BYTES = 2**32
"""Memory of the process that reads."""

# The folder that Python puts first must not decide which scipy is imported.
PROGRAM = """
import sys
sys.path.pop(0)
import resource
import numpy as np
from scipy.io import loadmat

limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
content = loadmat(sys.argv[1], variable_names=sys.argv[3:])
arrays = {}
for name in sys.argv[3:]:
    if name in content:
        array = content[name]
        if array.dtype == object:
            array = np.array([str(cell.item()) for cell in array.ravel()], dtype=str)
        arrays[name] = array
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
    command = [sys.executable, "-c", PROGRAM, str(path), str(MAX_BYTES), *names]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"{path} cannot be read in {SECONDS} s") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        why = said[-1] if said else f"its reader crashed ({-done.returncode})"
        raise ValueError(f"{path} is no .mat that can be read: {why}")
    with np.load(io.BytesIO(done.stdout), allow_pickle=False) as arrays:
        return dict(arrays)
