"""How all arms are treated alike."""

from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config


@dataclass(frozen=True)
class FineTuning:
    """One task that backbones are fine-tuned for.

    Attributes:
        name: Its name.
        config: Its config file.
        score: Score of the test set that counts, as its metric names it.
        shares: Shares of the training faces, each a run of its own.
    """

    name: str
    config: Path
    score: str
    shares: tuple[float, ...]

    def evaluation(self, share: float) -> str:
        """Name of a run, for example ``parsing-10``: percent of the faces."""
        return f"{self.name}-{100 * share:g}"


@dataclass(frozen=True)
class Protocol:
    """What happens to every arm.

    Attributes:
        name: Name of its file.
        store: Config of the store of faces to pre-train on.
        curve: Probes while an arm trains, see :mod:`mcf.probing`.
        interval: Epochs between them.
        frozen: Probes of the finished backbone.
        fine_tuning: Tasks.
    """

    name: str
    store: dict
    curve: list[dict]
    interval: int
    frozen: list[dict]
    fine_tuning: tuple[FineTuning, ...]


def load_protocol(path: str | Path) -> Protocol:
    """Protocol of a config file; paths of its tasks are relative to it.

    Raises:
        ValueError: If a part is missing.
    """
    path = Path(path)
    config = Config.fromfile(path).to_dict()
    missing = {"store", "curve", "interval", "frozen", "fine_tuning"} - set(config)
    if missing:
        raise ValueError(f"protocol {path} lacks {sorted(missing)}")
    tasks = tuple(
        FineTuning(
            name=name,
            config=path.parent / task["config"],
            score=task["score"],
            shares=tuple(task["shares"]),
        )
        for name, task in config["fine_tuning"].items()
    )
    return Protocol(
        name=path.stem,
        store=config["store"],
        curve=config["curve"],
        interval=config["interval"],
        frozen=config["frozen"],
        fine_tuning=tasks,
    )
