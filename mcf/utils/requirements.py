"""Packages that only export and its runtime need."""

import importlib
from types import ModuleType


def require(package: str) -> ModuleType:
    """Import a package of ``requirements/export.txt``.

    Raises:
        ImportError: If it is missing, with the command that installs it.
    """
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise ImportError(
            f"{package} is missing ({error}): pip install -c "
            "requirements/constraints.txt -r requirements/export.txt"
        ) from error
