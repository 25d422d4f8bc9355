"""Write model-index.yml and docs/model_zoo.md from the metafiles, or --check them.

Also the table of docs/models.md from mcf/hub/models.yaml.
"""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first: host packages import afterwards on any machine
from mcf.hub.model_zoo import INDEX, PAGE, model_index, problems, read_zoo, zoo_page
from mcf.hub.models import renewed_page
from mcf.utils.atomic_file import write_atomically
from mcf.utils.command import run_command

ROOT = Path(__file__).resolve().parents[1]
NAMED = "docs/models.md"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing")
    args = parser.parse_args(argv)
    zoo = read_zoo(ROOT)
    found = list(problems(zoo))
    models = renewed_page((ROOT / NAMED).read_text(encoding="utf-8"))
    files = ((INDEX, model_index(zoo)), (PAGE, zoo_page(zoo)), (NAMED, models))
    for file, text in files:
        path = ROOT / file
        if not args.check:
            write_atomically(text, path)
            print(f"wrote {file}")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            found.append(f"{file} is out of date: run python tools/model_zoo.py")
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    sys.exit(run_command(main))
