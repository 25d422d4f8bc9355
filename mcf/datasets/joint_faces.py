"""Several data sets, each with labels for a task of its own."""

from bisect import bisect_right
from collections.abc import Mapping

from torch.utils.data import ConcatDataset

from mcf.crops.rule import CropRule
from mcf.datasets.transforms.crop_rule import crop_rule_of
from mcf.registry import DATASETS


@DATASETS.register_module()
class JointFaces(ConcatDataset):
    """Data sets one after the other, whose samples say which task they are for.

    All of them must cut faces by one rule, so that one crop answers all tasks.

    Args:
        tasks: Config of the data set of each task by name, with its host as
            ``_scope_``, for types without scope in its pipeline.

    Attributes:
        sizes: Number of samples of each task, in order.

    Raises:
        ValueError: If there is none, or two cut faces differently.
    """

    def __init__(self, tasks: Mapping[str, dict]) -> None:
        if not tasks:
            raise ValueError("tasks={}: name one data set at least")
        one_rule({name: dataset_rule(config) for name, config in tasks.items()})
        self.names = tuple(tasks)
        super().__init__([DATASETS.build(dict(config)) for config in tasks.values()])
        self.sizes = dict(zip(self.names, map(len, self.datasets)))

    @property
    def metainfo(self) -> dict:
        """Meta information of each set under ``tasks``, by name."""
        return dict(
            tasks={
                name: dict(one.metainfo) for name, one in zip(self.names, self.datasets)
            }
        )

    def __getitem__(self, idx: int) -> dict:
        place = bisect_right(self.cumulative_sizes, idx)
        sizes = self.cumulative_sizes
        sample = self.datasets[place][idx - (sizes[place - 1] if place else 0)]
        sample["data_samples"].set_metainfo(dict(task=self.names[place]))
        return sample


def dataset_rule(config: Mapping) -> CropRule:
    """How a data set cuts faces.

    Args:
        config: Of the set, or of one that holds others in ``dataset`` or ``datasets``.

    Raises:
        ValueError: If its pipeline has no crop of ours.
    """
    if "datasets" in config:
        rules = [dataset_rule(one) for one in config["datasets"]]
        return one_rule({f"its data set {i}": rule for i, rule in enumerate(rules)})
    if "dataset" in config:
        return dataset_rule(config["dataset"])
    usual = getattr(DATASETS.get(config["type"]), "DEFAULT_BOX", "landmarks")
    return crop_rule_of(config["pipeline"], box=config.get("box") or usual)


def one_rule(rules: Mapping[str, CropRule]) -> CropRule:
    """The rule that all have.

    Raises:
        ValueError: If two differ, naming both and what they differ in.
    """
    (first, rule), *others = rules.items()
    for name, other in others:
        ours, theirs = rule.to_dict(), other.to_dict()
        keys = [key for key in ours if key != "box" or rule.kind == "box"]
        different = [key for key in keys if ours[key] != theirs[key]]
        if different:
            key = different[0]
            raise ValueError(
                f"{first} and {name} cut faces differently ({key} {ours[key]!r} and "
                f"{theirs[key]!r}): one crop must answer all tasks. Give their "
                "pipelines the same crop"
            )
    return rule
