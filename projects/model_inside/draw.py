"""Draw the faces that the model inside learns from; run again to go on."""

import argparse
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import cv2

from mcf.datasets.drawn_shards import write_drawn_shards

SPLITS = dict(train=(18_432, 1_000_000), val=(1_024, 0), test=(1_024, 100_000))
"""Number of faces and seed of the first."""


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="gets train/, val/ and test/")
    parser.add_argument("--size", type=int, default=192, help="pixels (default: 192)")
    parser.add_argument("--splits", nargs="+", choices=SPLITS, default=list(SPLITS))
    args = parser.parse_args(argv)
    cv2.setNumThreads(1)
    for split in args.splits:
        faces, seed = SPLITS[split]
        for path in write_drawn_shards(
            args.folder / split, faces=faces, size=args.size, first_seed=seed
        ):
            print(path, flush=True)


if __name__ == "__main__":
    main()
