"""Settings of a config that a caller overrides."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmengine.config import Config, DictAction

Options = Mapping[str, object] | Sequence[str]
"""Values by dotted name, or texts ``name=value`` as on a command line."""

_TEXT = re.compile(
    r"(^|_)(root|dir|folder|file|path|prefix|checkpoint|from|dirs|files|paths|name)$"
)


def is_text(key: str) -> bool:
    """Whether a dotted name is that of a path or a name, whose text stays as it is.

    ``data_prefix.img`` is one too.
    """
    parts = key.split(".")
    return bool(_TEXT.search(parts[-1])) or "data_prefix" in parts[:-1]


def read_options(texts: Sequence[str]) -> dict[str, object]:
    """Values of texts ``name=value``, as MMEngine's ``DictAction`` reads them.

    A path or a name stays the text that it is: ``root=2024`` is a folder and no number,
    ``root=a,b`` no list. Only ``None`` is None there, and brackets make a list.

    Raises:
        ValueError: If a text has no name, or brackets do not match.
    """
    options = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ValueError(f"{text!r} is not of the form NAME=VALUE")
        bracketed = value[:1] + value[-1:] in ("[]", "()")
        if is_text(key) and not bracketed:
            options[key] = None if value == "None" else value.strip("'\"")
        else:
            try:
                options[key] = DictAction._parse_iterable(value)
            except AssertionError as error:
                raise ValueError(f"{text!r}: {error}") from error
    return options


def merge_options(config: Config, options: Options) -> None:
    """Write options into a config.

    Args:
        config: It is changed.
        options: Numbers and :class:`~pathlib.Path` objects become text where text is
            meant.

    Raises:
        ValueError: If they cannot be read, or do not fit the config.
    """
    if isinstance(options, str):
        raise ValueError(f"options must be a dict or a list of texts, got {options!r}")
    if not isinstance(options, Mapping):
        options = read_options(options)
    try:
        config.merge_from_dict({k: _as_text(k, v) for k, v in options.items()})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"options {dict(options)} do not fit: {error}") from error


def _as_text(key: str, value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if number and is_text(key) else value
