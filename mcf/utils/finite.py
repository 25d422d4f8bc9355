"""Refusal of numbers that no score can be computed from."""

import numpy as np


def finite(name: str, values: np.ndarray, *, ndim: int | None = None) -> np.ndarray:
    """Numbers as float64.

    Args:
        name: What they are, for messages.
        values: Any shape.
        ndim: Number of axes they must have.

    Raises:
        ValueError: If one is NaN or infinite, with the first such place, there are
            none at all, or they have another number of axes.
    """
    numbers = np.asarray(values, np.float64)
    if numbers.size == 0 or (ndim is not None and numbers.ndim != ndim):
        wanted = "" if ndim is None else f", not {ndim} axes"
        raise ValueError(f"{name} has the shape {numbers.shape}{wanted}")
    bad = ~np.isfinite(numbers)
    if bad.any():
        place = np.unravel_index(int(bad.argmax()), numbers.shape)
        raise ValueError(
            f"{name}{[int(i) for i in place]} is {numbers[place]}, and {bad.sum()} of "
            f"{numbers.size} are no finite numbers"
        )
    return numbers


def same_length(**arrays: np.ndarray) -> None:
    """Refuse arrays whose first axes differ, with a ValueError that names them."""
    lengths = {name: len(array) for name, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise ValueError(f"lengths differ: {listed}")
