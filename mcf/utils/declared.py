"""What a file says about itself, turned into checked values before anything uses it.

A check takes a value and what to call it in messages and returns the value in plain
types, or raises ValueError. Nothing is looked up, imported, opened or allocated for a
value: what is not listed is refused (docs/trust.md).
"""

import json
import reprlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

Check = Callable[[object, str], Any]

LARGEST_SIDE = 2048
"""Pixels of a side of an image that a file may ask for."""
LONGEST_JSON = 2**22
"""Characters of one JSON text in the metadata of a file."""
REMEDY = (
    "Files are not trusted to choose code, paths or sizes (docs/trust.md): if these "
    "settings are your own, give the config of the run together with the file, or "
    "write the file again"
)


@contextmanager
def said_by(source: str | Path) -> Iterator[None]:
    """Put the file's name before a refusal, and behind it what the user can do."""
    try:
        yield
    except ValueError as error:
        raise ValueError(
            f"{source}: what the file says about itself is refused: {error}. {REMEDY}"
        ) from error


def parse_json(text: str | bytes, longest: int = LONGEST_JSON) -> object:
    """Value of a JSON text from a file.

    Raises:
        ValueError: If it is damaged, too long, too deep or holds NaN or infinities.
    """
    if len(text) > longest:
        raise ValueError(f"a text of {len(text)} characters; {longest} are read")
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError("JSON that is nested too deeply") from error


def shown(value: object) -> str:
    """Value for a message, however large or deep it is."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = 80
    short.maxlevel = 3
    return short.repr(value)


def text(most: int = 200) -> Check:
    """A printable text of at most so many characters."""

    def check(value: object, name: str) -> str:
        if not isinstance(value, str) or len(value) > most or not value.isprintable():
            raise _refused(value, name, f"a text of up to {most} characters")
        return str(value)

    return check


def whole(low: int, high: int) -> Check:
    """A whole number within bounds, both included."""

    def check(value: object, name: str) -> int:
        kinds = (int, np.integer)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise _refused(value, name, f"a whole number from {low} to {high}")
        if not low <= value <= high:
            raise _refused(value, name, f"from {low} to {high}")
        return int(value)

    return check


def real(low: float, high: float) -> Check:
    """A finite number within bounds, both included."""

    def check(value: object, name: str) -> float | int:
        kinds = (int, float, np.integer, np.floating)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise _refused(value, name, f"a number from {low} to {high}")
        if not low <= value <= high:  # which NaN is not either
            raise _refused(value, name, f"a number from {low} to {high}")
        return value.item() if isinstance(value, np.generic) else value

    return check


def one_of(*known: object) -> Check:
    """One of a few texts, numbers or truth values."""

    def check(value: object, name: str) -> object:
        for one in known:
            if type(value) is type(one) and value == one:
                return one
        raise _refused(value, name, f"one of {', '.join(map(repr, known))}")

    return check


def flag(value: object, name: str) -> bool:
    """True or False."""
    return one_of(False, True)(value, name)


def optional(check: Check) -> Check:
    """None, or what a check accepts."""
    return lambda value, name: None if value is None else check(value, name)


def several(check: Check, most: int, least: int = 0) -> Check:
    """A list of values that a check accepts each."""

    def check_all(value: object, name: str) -> list:
        if isinstance(value, np.ndarray) and value.ndim and value.size <= most * 8:
            value = value.tolist()
        if not isinstance(value, (list, tuple)) or not least <= len(value) <= most:
            raise _refused(value, name, f"a list of {least} to {most} values")
        return [check(one, f"{name}[{i}]") for i, one in enumerate(value)]

    return check_all


def table(checks: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """A dict with known keys, each with a check of its own."""

    def check(value: object, name: str) -> dict:
        if not isinstance(value, Mapping):
            raise _refused(value, name, "a dict")
        unknown = [key for key in value if key not in checks]
        if unknown:
            raise ValueError(
                f"{name} has the unknown key {shown(unknown[0])}; known are "
                f"{', '.join(checks)}"
            )
        missing = [key for key in required if key not in value]
        if missing:
            raise ValueError(f"{name} lacks {', '.join(missing)}")
        return {key: checks[key](one, f"{name}.{key}") for key, one in value.items()}

    return check


def named(check: Check, most: int) -> Check:
    """A dict of any short names, with values that a check accepts."""

    def check_all(value: object, name: str) -> dict:
        if not isinstance(value, Mapping) or len(value) > most:
            raise _refused(value, name, f"a dict of up to {most} names")
        return {text(64)(k, name): check(v, f"{name}.{k}") for k, v in value.items()}

    return check_all


def by_type(**checks: Check) -> Check:
    """The check for a value's type: ``text``, ``dict``, ``list`` or ``number``.

    Other types are refused.
    """
    kinds = dict(text=str, dict=Mapping, list=(list, tuple), number=int)

    def check(value: object, name: str) -> object:
        for kind, inner in checks.items():
            if isinstance(value, kinds[kind]):
                return inner(value, name)
        raise _refused(value, name, f"a {' or a '.join(checks)}")

    return check


SIDE = whole(1, LARGEST_SIDE)
SIZE = by_type(number=SIDE, list=several(SIDE, 2, 2))
MEAN = several(real(-1e4, 1e4), 3, 3)
STD = several(real(1e-6, 1e4), 3, 3)
RECIPE_KINDS: dict[str, dict[str, Check]] = dict(
    square=dict(margin=real(0.01, 100)),
    template=dict(template=several(several(real(-10, 10), 2, 2), 5, 5)),
    facer=dict(template=several(several(real(-10, 10), 2, 2), 5, 5), inset=real(0, 8)),
    eyes_mouth=dict(
        eye_factor=real(0.01, 100),
        mouth_factor=real(0.01, 100),
        mouth_shift=real(-100, 100),
    ),
    whole={},
)
"""Parameters of the kinds of :class:`~mcf.crops.recipes.CropRecipe`."""


def crop_recipe(value: object, name: str = "crop recipe") -> dict:
    """How faces were cut: a recipe of a known kind with all its parameters."""
    recipe = _RECIPE(value, name)
    checks = RECIPE_KINDS[recipe["kind"]]
    check = table(checks, required=tuple(checks))
    return {**recipe, "parameters": check(recipe["parameters"], f"{name}.parameters")}


_RECIPE = table(
    dict(
        name=text(64),
        version=whole(0, 10**6),
        kind=one_of(*RECIPE_KINDS),
        parameters=lambda value, name: value,
        size=whole(8, LARGEST_SIDE),
        border=one_of("reflect", "black"),
    ),
    required=("name", "version", "kind", "parameters"),
)

COLOUR = several(whole(0, 255), 3, 3)
CLASS_SET = table(
    dict(
        name=text(),
        classes=several(text(), 255, 2),
        palette=several(COLOUR, 255),
        swap_names=several(several(text(), 2, 2), 255),
    ),
    required=("name", "classes"),
)
_MEANING: dict[str, Check] = dict(
    landmark_schema=text(),
    class_set=text(),
    dataset_name=text(),
    classes=optional(several(text(), 255)),
    palette=optional(several(COLOUR, 255)),
    label_pairs=optional(several(several(whole(0, 254), 2, 2), 255)),
    crop=optional(crop_recipe),
)
MOST_TASKS = 16
"""Of a joint model."""


def dataset_meta(value: object, name: str = "dataset_meta") -> dict:
    """What a checkpoint says of the data set it was trained on.

    Args:
        value: The ``dataset_meta`` in its meta; None for nothing.
        name: What to call it in messages.

    Returns:
        Of schema, class set, name, classes, palette, label pairs and crop recipe
        what is there, and of a joint model that of each task under ``tasks``. Host
        libraries save much more, which nobody reads.

    Raises:
        ValueError: If one of them is of another kind.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _refused(value, name, "a dict")
    meaning = _meaning(value, name)
    if "tasks" in value:
        meaning["tasks"] = named(_meaning, MOST_TASKS)(value["tasks"], f"{name}.tasks")
    return meaning


def _meaning(value: object, name: str) -> dict:
    if not isinstance(value, Mapping):
        raise _refused(value, name, "a dict")
    return {
        key: check(value[key], f"{name}.{key}")
        for key, check in _MEANING.items()
        if key in value
    }


def _refused(value: object, name: str, wanted: str) -> ValueError:
    return ValueError(f"{name} is {shown(value)}, not {wanted}")


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")
