"""A part of a labelled data set, drawn at random."""

from typing import Any

from torch.utils.data import Dataset

from mcf.datasets.samplers.mixing import permutation
from mcf.datasets.wrapper import DatasetWrapper
from mcf.registry import DATASETS


@DATASETS.register_module()
class FewShot(DatasetWrapper):
    """A share of a data set, repeated to the length of the whole.

    An epoch has as many steps as one of the whole set, so a schedule means the same
    for every share. Smaller shares of one seed are part of larger ones.

    Args:
        dataset: Any data set in the manner of MMEngine, or its config.
        share: Of the samples, in (0, 1]; rounded, at least one.
        seed: Which samples.

    Raises:
        ValueError: If the share is out of range.
    """

    def __init__(self, dataset: Dataset | dict, share: float, *, seed: int = 0) -> None:
        if not 0 < share <= 1:
            raise ValueError(f"share={share} must lie in (0, 1]")
        super().__init__(dataset)
        count = max(1, round(share * len(self.dataset)))
        self.kept = permutation(len(self.dataset), seed)[:count]

    def __getitem__(self, index: int) -> Any:
        return self.dataset[int(self.kept[index % len(self.kept)])]
