"""The tools by name: ``python -m mcf infer --help`` runs ``tools/infer.py``."""

import runpy
import sys
from pathlib import Path

from mcf.utils.shipped import shipped_folder


def tools() -> dict[str, Path]:
    """Scripts by name."""
    return {path.stem: path for path in (shipped_folder() / "tools").glob("*.py")}


def main() -> None:
    """Run the tool that the first argument names, with the rest as its arguments."""
    known = tools()
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in known:
        asked = name in ("-h", "--help")
        print(
            f"usage: python -m mcf TOOL ...\ntools: {', '.join(sorted(known))}",
            file=sys.stdout if asked else sys.stderr,
        )
        sys.exit(0 if asked else 2)
    sys.argv = [f"mcf {name}", *sys.argv[2:]]
    runpy.run_path(str(known[name]), run_name="__main__")


if __name__ == "__main__":
    main()
