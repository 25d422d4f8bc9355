"""Landmark schemas by name: a schema is a module that holds ``SCHEMA``."""

import importlib
import re
import sys
from pathlib import Path

from mcf.datasets.schemas.schema import LandmarkSchema
from mcf.utils.declared import shown


def published_schemas() -> list[str]:
    """Names of the schemas that come with MCF, sorted."""
    modules = (path.stem for path in Path(__file__).parent.glob("*.py"))
    return sorted(name for name in modules if re.fullmatch(r"[a-z]+\d+", name))


def get_schema(name: str) -> LandmarkSchema:
    """A landmark schema.

    Args:
        name: One of :func:`published_schemas`, or for a set of your own the dotted
            path of a module that defines ``SCHEMA`` (``my_project.goggles21``).

    Raises:
        ValueError: If there is none of this name.
    """
    if name in published_schemas():
        return importlib.import_module(f"mcf.datasets.schemas.{name}").SCHEMA
    if "." not in name:
        raise ValueError(
            f"no landmark schema {name!r}; there are {', '.join(published_schemas())}, "
            "and your own by the dotted path of its module ('my_project.goggles21')"
        )
    importlib.import_module(name)
    return declared_schema(name)


def declared_schema(name: object) -> LandmarkSchema:
    """Schema that a file names: a published one, or one that the program has loaded.

    Nothing of anyone else is imported for the name.

    Args:
        name: As in the file.

    Raises:
        ValueError: If there is none of this name.
    """
    if isinstance(name, str) and name in published_schemas():
        return get_schema(name)
    module = sys.modules.get(name) if isinstance(name, str) else None
    if module is None:
        raise ValueError(
            f"no landmark schema {shown(name)}; there are "
            f"{', '.join(published_schemas())}. Import the module of your own schema "
            "first: what a file names is not imported (docs/trust.md)"
        )
    schema = vars(module).get("SCHEMA")
    if not isinstance(schema, LandmarkSchema):
        raise ValueError(f"module {name!r} defines no LandmarkSchema called SCHEMA")
    return schema
