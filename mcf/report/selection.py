"""``selection.json`` of a run, checked."""

from collections.abc import Mapping
from pathlib import Path

from mcf.report.run_folder import as_number, as_step, parsed_json, read_bounded

MAX_BYTES = 2**24


def read_selection(path: Path) -> dict:
    """History that :class:`mcf.SelectionHook` has written.

    Args:
        path: ``<run>/selection.json``.

    Returns:
        ``metric``, ``rule``, ``held_out`` and at least one of ``records``, as the hook
        knows them.

    Raises:
        ValueError: If the file is none.
    """
    found = parsed_json(read_bounded(path, MAX_BYTES), path)
    try:
        metric, rule, held_out, records = (
            found[name] for name in ("metric", "rule", "held_out", "records")
        )
        checked = [_record(record) for record in records]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} is no history of a selection: {error!r}") from error
    if not (
        isinstance(metric, str)
        and rule in ("less", "greater")
        and isinstance(held_out, bool)
        and checked
        and all(metric in record["val"] for record in checked)
    ):
        raise ValueError(f"{path} is no history of a selection by {metric!r}")
    return dict(metric=metric, rule=rule, held_out=held_out, records=checked)


def _record(record: Mapping) -> dict:
    """Scores of one validation.

    Raises:
        ValueError, KeyError, TypeError: If it is none.
    """
    epoch, iteration = as_step(record["epoch"]), as_step(record["iter"])
    if epoch is None or iteration is None:
        raise ValueError(f"{record['epoch']!r}, {record['iter']!r}")
    checked = dict(epoch=epoch, iter=iteration, val=_scores(record["val"]))
    return checked | ({"test": _scores(record["test"])} if "test" in record else {})


def _scores(scores: object) -> dict[str, float]:
    if not isinstance(scores, Mapping):
        raise TypeError(f"{type(scores).__name__} is no mapping of scores")
    numbers = {name: as_number(value) for name, value in scores.items()}
    return {name: number for name, number in numbers.items() if number is not None}
