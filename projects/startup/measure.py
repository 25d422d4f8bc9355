"""What it costs to start commands, beside an interpreter that does nothing.

Processor time of the process, user and system, is the number to compare: other work on
the machine changes it little. Run from a checkout: python -m projects.startup.measure
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

from mcf.utils.tables import align

MCF = ["-m", "mcf"]


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
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--onnx", type=Path, help="exported landmarks or parts")
    parser.add_argument("--photo", type=Path, help="photo to find faces in")
    parser.add_argument("--out", type=Path, default=Path("work_dirs/startup"))
    args = parser.parse_args(argv)
    if (args.onnx is None) != (args.photo is None):
        parser.error("give --onnx and --photo together")
    commands = {
        "python -c pass": ["-c", "pass"],
        "mcf --help": [*MCF, "--help"],
        "mcf infer --help": [*MCF, "infer", "--help"],
        "mcf train --help": [*MCF, "train", "--help"],
        "mcf models": [*MCF, "models"],
        "import torch": ["-c", "import torch"],
        "import mcf.engine": ["-c", "import mcf.engine"],
    }
    if args.onnx:
        infer = [*MCF, "infer", str(args.photo), f"--out={args.out}"]
        for detector in ("none", "retinaface"):
            commands[f"mcf infer PHOTO --onnx FILE --detector {detector}"] = [
                *infer,
                f"--onnx={args.onnx}",
                f"--detector={detector}",
            ]
    rows = [["command", "processor s", "of python", "wall s"]]
    nothing = None
    for name, words in commands.items():
        spent, taken = cost(words, args.rounds)
        nothing = nothing or spent
        rows.append([name, f"{spent:.2f}", f"{spent / nothing:.0f}", f"{taken:.2f}"])
    sys.stdout.write("\n".join([*align(rows), ""]))


if __name__ == "__main__":
    main()
