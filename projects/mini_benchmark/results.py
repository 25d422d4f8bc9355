"""One JSON file for each piece of finished work."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from mcf.report.run_folder import parsed_json, read_bounded
from mcf.utils.atomic_file import write_atomically

MAX_BYTES = 2**24


@dataclass(frozen=True)
class Result:
    """Outcome of one arm, one seed and one evaluation.

    Attributes:
        arm: Name of the arm.
        seed: Of everything random.
        evaluation: ``pretrain``, ``frozen``, or a task and share of fine-tuning.
        scores: Numbers by name.
        settings: Checksum of what was run; equal numbers come of equal settings.
        curve: Of ``pretrain``: the records of :class:`mcf.engine.ProbeHook`.
    """

    arm: str
    seed: int
    evaluation: str
    scores: dict[str, float]
    settings: str
    curve: list[dict] | None = None

    @property
    def whole(self) -> bool:
        """Whether this is of a pre-training that has come to its end."""
        epochs = self.scores.get("epochs")
        return epochs is not None and epochs == self.scores.get("max_epochs")


def result_file(folder: Path, arm: str, seed: int, evaluation: str) -> Path:
    """Where a result is kept."""
    return folder / "results" / f"{arm}_seed{seed}_{evaluation}.json"


def write_result(result: Result, path: Path) -> None:
    """Write it, complete or not at all."""
    write_atomically((json.dumps(asdict(result), indent=1) + "\n").encode(), path)


def read_result(path: Path) -> Result:
    """Result of a file.

    Raises:
        ValueError: If it is none.
    """
    try:
        result = Result(**parsed_json(read_bounded(path, MAX_BYTES), path))
        _check(result)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no result of this benchmark: {error!r}") from error
    return result


def _check(result: Result) -> None:
    """Look at what JSON from anywhere has put into a result.

    Raises:
        AttributeError, KeyError, TypeError: If it is not what a result is made of.
    """
    numbers = [result.seed, *result.scores.values()]
    for point in result.curve or []:
        numbers += [point["epoch"], point["images"], *point["scores"].values()]
    texts = (result.arm, result.evaluation, result.settings)
    if not (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(number, (int, float)) for number in numbers)
    ):
        raise TypeError("a name is no text, or a score no number")


def read_results(folder: str | Path) -> list[Result]:
    """All results of a work directory, or of a folder of their files, by name.

    Raises:
        FileNotFoundError: If there is none.
    """
    folder = Path(folder)
    inner = folder / "results"
    paths = sorted((inner if inner.is_dir() else folder).glob("*.json"))
    if not paths:
        raise FileNotFoundError(f"no results/*.json in {folder}; run the benchmark")
    return [read_result(path) for path in paths]
