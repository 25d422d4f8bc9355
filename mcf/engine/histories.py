"""Records of hooks in the folder of a run, checked when they are read back.

A folder may come from elsewhere, or from a disk that was full.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

from mcf.utils.bounded_file import read_json

MAX_BYTES = 2**24
LARGEST = 2.0**100
"""Numbers beyond are not drawn: axes overflow long before float64 does."""
REMEDY = "take it out of the folder, or name another folder"


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
    found = read_json(path, MAX_BYTES)
    try:
        metric, rule, held_out, records = (
            found[name] for name in ("metric", "rule", "held_out", "records")
        )
        checked = [_validation(record) for record in records]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is no history of a selection: {error!r}; {REMEDY}"
        ) from error
    if not (
        isinstance(metric, str)
        and rule in ("less", "greater")
        and isinstance(held_out, bool)
        and checked
        and all(metric in record["val"] for record in checked)
    ):
        raise ValueError(
            f"{path} is no history of a selection by {metric!r:.80}; {REMEDY}"
        )
    return dict(metric=metric, rule=rule, held_out=held_out, records=checked)


def read_probes(path: Path) -> list[dict]:
    """History that :class:`mcf.ProbeHook` has written, a dict a probe.

    Args:
        path: ``<run>/probes.json``.

    Raises:
        ValueError: If the file is none.
    """
    try:
        return [
            dict(
                epoch=_step(record, "epoch"),
                iter=_step(record, "iter"),
                images=_step(record, "images"),
                scores=_scores(record["scores"]),
            )
            for record in _list(read_json(path, MAX_BYTES))
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is no history of probes: {error!r}; {REMEDY}"
        ) from error


def read_bad_names(text: str, path: Path) -> set[str]:
    """Names in the lines of :class:`mcf.BadImageHook`.

    Args:
        text: Whole lines.
        path: Where they stand, for messages.

    Raises:
        ValueError: If one is none.
    """
    names = set()
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            name = json.loads(line)["name"]
            if not isinstance(name, str):
                raise TypeError(f"the name {name!r:.80}")
        except (KeyError, TypeError, ValueError, RecursionError) as error:
            raise ValueError(
                f"{path}, line {number}, is no bad image: {error!r}; {REMEDY}"
            ) from error
        names.add(name)
    return names


def as_number(value: object) -> float | None:
    """A float, NaN if it is too large to be drawn; None if it is no number."""
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < LARGEST else math.nan


def as_step(value: object) -> int | None:
    """Number of an iteration or epoch; None if the value is not one."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < 2**53 else None


def _validation(record: Mapping) -> dict:
    checked = dict(
        epoch=_step(record, "epoch"),
        iter=_step(record, "iter"),
        val=_scores(record["val"]),
    )
    return checked | ({"test": _scores(record["test"])} if "test" in record else {})


def _list(value: object) -> list:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} is no list")
    return value


def _step(record: Mapping, name: str) -> int:
    step = as_step(record[name])
    if step is None:
        raise TypeError(f"{name} {record[name]!r:.80}")
    return step


def _scores(scores: object) -> dict[str, float]:
    if not isinstance(scores, Mapping):
        raise TypeError(f"{type(scores).__name__} is no mapping of scores")
    numbers = {name: as_number(value) for name, value in scores.items()}
    return {name: number for name, number in numbers.items() if number is not None}
