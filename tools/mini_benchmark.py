"""Pre-train arms for an equal budget on the same faces and evaluate them alike.

Whatever was killed goes on where it stopped, and nothing is done twice. The results are
WORK_DIR/results/*.json; tools/report_mini_benchmark.py makes tables and plots of them.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split

from mcf.checkpoint.safe_load import use_safe_loading
from mcf.utils.allocator import keep_freed_memory
from mcf.utils.command import run_command
from mcf.utils.options import read_options

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for projects/

# isort: split
from projects.mini_benchmark import MiniBenchmark, load_arm, load_protocol

CONFIGS = Path(__file__).parents[1] / "projects" / "mini_benchmark" / "configs"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "arms",
        nargs="+",
        help="configs, or names of those of projects/mini_benchmark/configs",
    )
    parser.add_argument("--work-dir", type=Path, default="work_dirs/mini_benchmark")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument(
        "--data",
        type=Path,
        help="folder that stands for data/ in the configs; drawn faces without it",
    )
    parser.add_argument("--faces", help="pre-train on these: folder, LMDB, tar shards")
    parser.add_argument(
        "--protocol",
        type=Path,
        help="config of a protocol (default: photos.py of the benchmark with --data, "
        "drawn.py without)",
    )
    parser.add_argument(
        "--until", type=int, help="only pre-train, up to this epoch; go on later"
    )
    parser.add_argument(
        "--cfg-options", nargs="+", action="extend", help="override settings of arms"
    )
    args = parser.parse_args(argv)
    faces = "photos.py" if args.data else "drawn.py"
    args.protocol = args.protocol or CONFIGS / "protocols" / faces
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    use_safe_loading()
    keep_freed_memory()
    protocol = load_protocol(args.protocol)
    if args.faces:
        protocol = replace(protocol, store=dict(type="mcf.open_store", root=args.faces))
    benchmark = MiniBenchmark(protocol, args.work_dir, args.data or Path("data"))
    paths = [a if a.endswith(".py") else CONFIGS / f"{a}.py" for a in args.arms]
    options = read_options(args.cfg_options or ())
    arms = [load_arm(path, options) for path in paths]
    try:
        benchmark.run(arms, args.seeds, until=args.until)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"stopped; what is finished is in {Path(args.work_dir) / 'results'}, and "
            "the same command continues"
        ) from None


if __name__ == "__main__":
    sys.exit(run_command(main))
