"""HDF5, which is what MATLAB's .mat is since version 7.3."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import h5py


@contextmanager
def open_hdf5(path: Path) -> Iterator["h5py.File"]:
    """The opened file; damage in it is a ValueError with its path.

    Raises:
        ValueError: If it, or what is done with it, fails.
        ImportError: If the package h5py is missing.
    """
    h5py = _h5py(path)
    try:
        with h5py.File(path) as file:
            yield file
    # The library raises whatever occurs to it on damaged data.
    except Exception as error:
        raise ValueError(f"{path} cannot be read: {error}") from error


def read_numbers(
    stored: "h5py.Dataset", shape: tuple[int | None, int | None], most: int
) -> np.ndarray:
    """Content of an array whose size is checked before it is read.

    Args:
        stored: Array of two axes, as stored: MATLAB's are reversed.
        shape: Its length along each; None for any.
        most: Largest length that is read.

    Raises:
        ValueError: If it is of another shape or holds no numbers.
    """
    fits = stored.ndim == 2 and all(
        length <= most and wanted in (None, length)
        for length, wanted in zip(stored.shape, shape)
    )
    if not fits or stored.dtype.kind not in "fiu":
        wanted = " x ".join(
            "any" if length is None else str(length) for length in shape
        )
        raise ValueError(
            f"{stored.name} is {stored.dtype} {stored.shape}, not numbers {wanted}"
        )
    return stored[()]


def _h5py(path: Path) -> ModuleType:
    try:
        import h5py
    except ImportError as error:
        raise ImportError(
            f"{path.name} is HDF5 (MATLAB v7.3), which needs: pip install h5py"
        ) from error
    return h5py
