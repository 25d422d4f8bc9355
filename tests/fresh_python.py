"""Code in a new interpreter, where nothing has been imported yet."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def write_packages(folder: Path, sources: dict[str, str]) -> Path:
    """Write modules (path to source) and every ``__init__.py`` above them."""
    for name, source in sources.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
        for parent in list(file.relative_to(folder).parents)[:-1]:
            (folder / parent / "__init__.py").touch()
    return folder


def run_fresh(
    code: str, *, packages: Path | None = None, blocked: tuple[str, ...] = ()
) -> str:
    """Run code in a new interpreter and return what it printed, errors included.

    Args:
        code: What to run.
        packages: Folder whose packages hide installed ones of the same name.
        blocked: Top-level modules that cannot be found.

    Raises:
        AssertionError: If the interpreter fails, with its output.
    """
    block = f"""
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Block())
"""
    path = os.pathsep.join(map(str, filter(None, [packages, ROOT])))
    process = subprocess.run(
        [sys.executable, "-c", block + code],
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stdout
    return process.stdout
