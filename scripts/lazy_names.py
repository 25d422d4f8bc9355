"""Lets mkdocstrings, which imports nothing, see names that are imported lazily."""

import ast
from typing import Any

import griffe


class LazyNames(griffe.Extension):
    """Makes members of the names in ``_HOMES`` (see ``mcf.utils.lazy``)."""

    def on_module_members(self, *, mod: griffe.Module, **_: Any) -> None:
        """Add what ``_HOMES`` of a module names, and export it."""
        homes = mod.members.get("_HOMES")
        if homes is None:
            return
        names = ast.literal_eval(str(homes.value))
        for name, home in names.items():
            if name not in mod.members:
                mod.set_member(name, griffe.Alias(name, f"{home}.{name}"))
        mod.exports = list(names)
