"""Replay a recording of a reference implementation and compare the numbers."""

import argparse
import sys
import zipfile
from pathlib import Path

import numpy as np

import mcf  # noqa: F401  first, so that host packages import on any machine
from mcf.utils.command import run_command

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for projects/

# isort: split
from projects.parity import REPLAYS


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", help="an .npz file that names its kind")
    parser.add_argument(
        "--verbose", action="store_true", help="print every tensor, not groups"
    )
    return parser.parse_args()


def _opened(path: str) -> np.lib.npyio.NpzFile:
    try:
        recording = np.load(path, allow_pickle=False)
        whole = recording.zip.testzip() is None and "kind" in recording
    except (zipfile.BadZipFile, EOFError, ValueError, AttributeError) as error:
        raise ValueError(f"{path} is no recording, or cut off: {error}") from error
    if not whole:
        raise ValueError(f"{path} is damaged, or no recording: get it again")
    return recording


def main() -> int:
    args = parse_args()
    with _opened(args.recording) as recording:
        kind = str(recording["kind"])
        if kind not in REPLAYS:
            raise ValueError(
                f"{args.recording} is of kind {kind!r}; known kinds: {sorted(REPLAYS)}"
            )
        checks = REPLAYS[kind](recording)

    groups = {}
    for check in checks:
        group = check.name if args.verbose else check.name.split("/")[0]
        groups.setdefault(group, []).append(check)
    print(f"{kind}: {len(checks)} comparisons\n")
    print(f"{'quantity':34} {'tensors':>7} {'largest difference':>20} {'limit':>8}")
    for name, members in groups.items():
        worst = max(members, key=lambda check: check.difference / check.limit)
        verdict = "" if all(check.passed for check in members) else "  FAILED"
        print(
            f"{name:34} {len(members):7} {worst.difference:20.2e} "
            f"{worst.limit:8.0e}{verdict}"
        )
    failed = [check for check in checks if not check.passed]
    verdict = "FAILED" if failed else "passed"
    print(f"\n{verdict}: {len(failed)} of {len(checks)} comparisons beyond the limit")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run_command(main))
