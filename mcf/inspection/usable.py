"""What can be used of faces some of whose files are damaged."""

from collections.abc import Callable, Iterator

from torch.utils.data import Dataset

from mcf.utils.decoding import BadImageError

OnBad = Callable[[ValueError], None]


def usable_samples(
    dataset: Dataset, on_bad: OnBad | None
) -> Iterator[tuple[int, dict]]:
    """Numbers and samples of a data set.

    Args:
        dataset: Of a test loop.
        on_bad: Called with the error of a sample that cannot be used, which is then
            left out; by default the error is raised.

    Raises:
        OSError: If a file cannot be read, and ``on_bad`` is None.
        ValueError: If a file cannot be used, and ``on_bad`` is None.
    """
    for index in range(len(dataset)):
        try:
            sample = dataset[index]
        except (BadImageError, OSError, ValueError) as error:
            if on_bad is None:
                raise
            on_bad(ValueError(f"face {index}: {error}"))
            continue
        yield index, sample
