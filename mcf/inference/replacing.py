"""What files of a result may take the place of."""

import json
from collections.abc import Sequence
from pathlib import Path

from .result_json import FORMAT

BEGIN = json.dumps({"format": FORMAT.rpartition("/")[0]})[:-2].encode()


def file_identity(path: str | Path) -> tuple[int, int] | None:
    """Device and number of a file, however it is spelt; None if there is none."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError):  # ValueError: a name no file system takes
        return None
    return status.st_dev, status.st_ino


def foreign_file(paths: Sequence[Path]) -> Path | None:
    """One that is there and of no earlier result, such as somebody's annotation.

    Args:
        paths: ``NAME.json`` of a result, then its picture, which is of a result only
            beside such a file.
    """
    result, *pictures = paths
    if result.is_file():
        with result.open("rb") as file:
            return None if file.read(len(BEGIN)) == BEGIN else result
    return next((path for path in pictures if path.exists()), None)
