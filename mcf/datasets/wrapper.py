"""What data sets that hold another one pass on."""

from torch.utils.data import Dataset

from mcf.registry import DATASETS


class DatasetWrapper(Dataset):
    """Length, meta information and late loading of the data set inside.

    Args:
        dataset: Any data set in the manner of MMEngine, or its config.
    """

    def __init__(self, dataset: Dataset | dict) -> None:
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset

    @property
    def metainfo(self) -> dict:
        """Meta information of the wrapped data set."""
        return self.dataset.metainfo

    def full_init(self) -> None:
        """Load what the wrapped data set loads late, if anything."""
        if hasattr(self.dataset, "full_init"):
            self.dataset.full_init()

    def __len__(self) -> int:
        return len(self.dataset)
