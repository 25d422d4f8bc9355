"""Pack face images into tar shards or an LMDB."""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first, so that host packages import on any machine
from mcf.datasets.stores import DecodedStore, open_store, pack_lmdb, pack_tar
from mcf.utils.command import run_command


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="folder, LMDB, tar shard or quoted glob of them")
    parser.add_argument("target", type=Path, help="new folder for the result")
    parser.add_argument("--to", choices=("tar", "lmdb"), default="tar")
    parser.add_argument("--shard-size", type=int, default=10_000, help="images a shard")
    parser.add_argument(
        "--pixels", action="store_true", help="decode once: larger, faster to load"
    )
    parser.add_argument("--list-file", help="keys of an LMDB of the released layout")
    return parser.parse_args()


def main() -> None:
    args = parse_args()
    store = open_store(args.source, list_file=args.list_file)
    store = DecodedStore(store) if args.pixels else store
    if args.to == "tar":
        pack_tar(store, args.target, shard_size=args.shard_size)
    else:
        pack_lmdb(store, args.target)
    print(f"{len(store):,} images of {args.source} are in {args.target}")


if __name__ == "__main__":
    sys.exit(run_command(main))
