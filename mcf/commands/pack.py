"""Pack face images into tar shards or an LMDB."""

import argparse
from pathlib import Path

from mcf.commands.parser import add_former_place, command_parser, take_former_place

EXAMPLE = "mcf pack data/faces --out data/faces_lmdb --to lmdb"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("pack", __doc__, example=EXAMPLE)
    parser.add_argument(
        "source", help="folder, LMDB, tar shard or quoted glob of shards"
    )
    parser.add_argument("--out", type=Path, help="new folder for the result (required)")
    add_former_place(parser, "out", type=Path)
    parser.add_argument(
        "--to",
        choices=("tar", "lmdb"),
        default="tar",
        help="format of the result (default: tar)",
    )
    parser.add_argument(
        "--shard-size",
        type=int,
        default=10_000,
        help="images in a shard (default: 10,000)",
    )
    parser.add_argument(
        "--pixels",
        action="store_true",
        help="store decoded pixels: larger, but faster to load",
    )
    parser.add_argument(
        "--list-file", help="file of keys, for an LMDB in the released layout"
    )
    args = parser.parse_args(argv)
    take_former_place(parser, args, "out")
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.datasets.stores import DecodedStore, open_store, pack_lmdb, pack_tar

    store = open_store(args.source, list_file=args.list_file)
    store = DecodedStore(store) if args.pixels else store
    if args.to == "tar":
        pack_tar(store, args.out, shard_size=args.shard_size)
    else:
        pack_lmdb(store, args.out)
    print(f"{len(store):,} images of {args.source} are in {args.out}")
