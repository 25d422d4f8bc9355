"""How long commands take to start, beside an interpreter that does nothing.

Processor time of the process, user and system, is the number to compare: other work on
the machine changes it little. Run from a checkout: python -m projects.startup.measure
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

from mcf.cli import VERBS
from mcf.drawn_faces import draw_face
from mcf.utils.tables import align
from mcf.visualization.canvas import write_picture

MCF = ["-m", "mcf"]
MODEL = Path(__file__).parents[2] / "mcf/hub/weights/mcf_inside.onnx"


def cost(words: list[str], rounds: int) -> tuple[float, float]:
    """Least processor and least wall seconds of some runs of Python with arguments.

    Raises:
        subprocess.CalledProcessError: If one fails; some images skipped (3) is no
            failure.
    """
    spent, taken = [], []
    for _ in range(rounds):
        before, start = _children(), time.perf_counter()
        done = subprocess.run([sys.executable, *words], capture_output=True)
        taken.append(time.perf_counter() - start)
        spent.append(_children() - before)
        if done.returncode not in (0, 3):
            raise subprocess.CalledProcessError(
                done.returncode, words, done.stdout, done.stderr
            )
    return min(spent), min(taken)


def _children() -> float:
    """Processor seconds of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command")
    parser.add_argument(
        "--onnx", type=Path, default=MODEL, help="exported network for `mcf infer`"
    )
    parser.add_argument("--out", type=Path, default=Path("work_dirs/startup"))
    args = parser.parse_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    photo = args.out / "photo.jpg"
    write_picture(draw_face(0, 512).image, photo)
    infer = [*MCF, "infer", str(photo), f"--out={args.out / 'results'}"]
    commands = {
        "python -c pass": ["-c", "pass"],
        "mcf --help": [*MCF, "--help"],
        **{f"mcf {verb} --help": [*MCF, verb, "--help"] for verb in VERBS},
        "mcf models": [*MCF, "models"],
        "mcf infer PHOTO": infer,
        "mcf infer PHOTO --onnx FILE --detector none": [
            *infer,
            f"--onnx={args.onnx}",
            "--detector=none",
        ],
        "import torch": ["-c", "import torch"],
        "import mcf.engine": ["-c", "import mcf.engine"],
    }
    rows = [["command", "processor s", "of python", "wall s"]]
    nothing = None
    for name, words in commands.items():
        spent, taken = cost(words, args.rounds)
        nothing = nothing or spent
        rows.append([name, f"{spent:.2f}", f"{spent / nothing:.0f}", f"{taken:.2f}"])
    sys.stdout.write("\n".join([*align(rows), ""]))


if __name__ == "__main__":
    main()
