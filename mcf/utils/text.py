"""Foreign names and values as text that can be written."""

import json


def printable(name: bytes | str) -> str:
    r"""Name as valid UTF-8; invalid bytes appear as ``\xff``.

    Half a surrogate pair, as JSON may hold, appears as ``\ud83d``.
    """
    if isinstance(name, str):
        try:
            name = name.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            name = name.encode("utf-8", "backslashreplace")
    return name.decode("utf-8", "backslashreplace")


def as_text(value: object) -> str:
    """Value of a column as text; JSON where it is neither text, date nor the like.

    Whole numbers have no point: tables with gaps hold identifiers as ``1000.0``.
    """
    if isinstance(value, str | bytes):
        return printable(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if value is None or isinstance(value, bool | int | float | list | dict):
        return json.dumps(value, default=str)
    return str(value)
