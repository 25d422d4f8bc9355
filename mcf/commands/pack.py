"""Pack face images into tar shards or an LMDB; or index tar shards where they lie."""

import argparse
from pathlib import Path

from mcf.commands.parser import add_former_place, command_parser, take_former_place

EXAMPLE = """
mcf pack data/faces --out data/faces_lmdb --to lmdb
mcf pack 'data/shards/*.tar' --to index
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("pack", __doc__, example=EXAMPLE)
    parser.add_argument(
        "source", help="folder, LMDB, tar shard or quoted glob of shards"
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="new folder for the result (required, except for an index)",
    )
    add_former_place(parser, "out", type=Path)
    parser.add_argument(
        "--to",
        choices=("tar", "lmdb", "index"),
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
    if args.to != "index":
        take_former_place(parser, args, "out")
    elif args.out or args.out_by_place or args.pixels or args.list_file:
        parser.error("an index lies beside the shards: give nothing but these")
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.datasets.stores import (
        DecodedStore,
        open_store,
        pack_lmdb,
        pack_tar,
        write_index,
    )

    if args.to == "index":
        folder, images = write_index(args.source)
        print(f"{images:,} images of {args.source} are in {folder}")
        return
    store = open_store(args.source, list_file=args.list_file)
    store = DecodedStore(store) if args.pixels else store
    if args.to == "tar":
        pack_tar(store, args.out, shard_size=args.shard_size)
    else:
        pack_lmdb(store, args.out)
    print(f"{len(store):,} images of {args.source} are in {args.out}")
