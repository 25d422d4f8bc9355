"""What is compared: pre-trainings, and networks to compare them with."""

from dataclasses import dataclass
from pathlib import Path

from mmengine.config import Config

DECISIVE = (
    "model",
    "train_dataloader",
    "optim_wrapper",
    "param_scheduler",
    "train_cfg",
)
"""Settings of a pre-training whose change makes another arm of it."""


@dataclass(frozen=True)
class Arm:
    """One row of the benchmark.

    Attributes:
        name: Name of its config file.
        title: Name in tables.
        config: Pre-training config; of another arm's pre-training, that one's; None
            for a network that is only looked at.
        trained_as: Arm whose pre-training it uses, as a rule its own.
        encoder: Which of the two encoders is evaluated, ``online`` or ``momentum``.
        teacher: Config of a teacher to be evaluated frozen, as it is; else None.
    """

    name: str
    title: str
    config: Config | None
    trained_as: str
    encoder: str = "online"
    teacher: dict | None = None

    def decisive(self) -> dict:
        """The settings that decide what the weights become, as plain values."""
        if self.teacher is not None:
            return self.teacher
        settings = self.config.to_dict()
        return {name: settings.get(name) for name in DECISIVE}


def load_arm(path: str | Path, options: dict | None = None) -> Arm:
    """Arm of a config file.

    Its ``arm`` dict has a ``title`` and may have ``encoder``, ``trained_as`` (an arm
    beside it, whose pre-training is shared) or ``teacher`` (nothing is trained).

    Args:
        path: The file.
        options: Settings that replace those of the config, by dotted name.

    Raises:
        ValueError: If it has no such dict, or an unknown key in it.
    """
    path = Path(path)
    config = Config.fromfile(path)
    config.merge_from_dict(options or {})
    about = dict(config.get("arm") or {})
    unknown = set(about) - {"title", "encoder", "trained_as", "teacher"}
    if "title" not in about or unknown:
        raise ValueError(
            f"{path} needs arm=dict(title=...) and knows encoder, trained_as and "
            f"teacher beside it, not {sorted(unknown)}"
        )
    return Arm(
        name=path.stem,
        title=about["title"],
        config=None if "teacher" in about else config,
        trained_as=about.get("trained_as", path.stem),
        encoder=about.get("encoder", "online"),
        teacher=about.get("teacher"),
    )
