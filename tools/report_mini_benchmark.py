"""Write the tables and plots of docs/results.md from the results of the benchmark.

RESULTS is a work directory of tools/mini_benchmark.py, or a folder of its JSON files.
The text around the tables is written by people and stays as it is.
"""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import
from mcf.utils.command import run_command

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for projects/

# isort: split
from projects.mini_benchmark import load_arm, load_protocol, read_results
from projects.mini_benchmark.figures import write_curves
from projects.mini_benchmark.report import tables, write_section

ROOT = Path(__file__).resolve().parents[1]
CONFIGS = ROOT / "projects" / "mini_benchmark" / "configs"
PAGE = ROOT / "docs" / "results.md"


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="work directory or folder of JSON")
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument(
        "--protocol", type=Path, default=CONFIGS / "protocols" / "photos.py"
    )
    args = parser.parse_args(argv)
    results = read_results(args.results)
    arms = [load_arm(path) for path in ordered(CONFIGS)]
    picture = args.page.parent / "images" / "results_curves.png"
    text = tables(results, arms, load_protocol(args.protocol))
    if write_curves(results, arms, picture):
        text = f"![Probes while the arms train](images/{picture.name})\n\n{text}"
    write_section(args.page, text)
    print(f"wrote {args.page} from {len(results)} results")


def ordered(folder: Path) -> list[Path]:
    """Arms from the plainest to the most special."""
    first = ["scratch", "mae", "mocov3", "mcf", "mcf_no-contrast", "mcf_no-teacher"]
    paths = {path.stem: path for path in sorted(folder.glob("*.py"))}
    return [paths[name] for name in first] + [
        path for name, path in paths.items() if name not in first
    ]


if __name__ == "__main__":
    sys.exit(run_command(main))
