"""What scripts of ``tools/`` run, as modules."""

import importlib.util
from pathlib import Path
from types import ModuleType

from mcf import cli

TOOLS = Path(__file__).resolve().parents[1] / "tools"


def load_tool(name: str) -> ModuleType:
    """What ``tools/NAME.py`` runs, to be called in this process."""
    verb = cli.TOOLS.get(name, name)
    if verb in cli.VERBS:
        return cli.command(verb)
    spec = importlib.util.spec_from_file_location(f"{name}_tool", TOOLS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
