"""Convert the ViT backbone of a checkpoint to another format (docs/checkpoints.md)."""

import argparse
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import add_former_place, command_parser, take_former_place
from mcf.version import __version__

if TYPE_CHECKING:
    from mcf.checkpoint import CheckpointFile

KNOWN = (
    "mcf",
    "mcf-target",
    "mocov3",
    "farl",
    "mae",
    "dinov2",
    "timm",
    "huggingface",
    "mmpretrain",
    "mmpretrain-momentum",
)
EXAMPLE = "mcf convert vit-b-300ep.pth.tar --out vit.safetensors --target timm"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("convert", __doc__, example=EXAMPLE)
    parser.add_argument("src", help="a file, or package://<package>/<file>")
    parser.add_argument(
        "--out", type=Path, help="FILE.pth, .pt or .safetensors (required)"
    )
    add_former_place(parser, "out", type=Path)
    parser.add_argument(
        "--part", help="key in the file to read, such as student or state_dict_ema"
    )
    parser.add_argument(
        "--source",
        default="auto",
        choices=["auto", *KNOWN],
        metavar="FORMAT",
        help=f"format of the file: {', '.join(KNOWN)} (default: detected)",
    )
    parser.add_argument(
        "--target",
        default="mmpretrain",
        choices=KNOWN,
        metavar="FORMAT",
        help="format to write, one of the same (default: mmpretrain)",
    )
    parser.add_argument(
        "--img-size", type=int, help="image size to resize the positions to"
    )
    parser.add_argument(
        "--prefix",
        help="prefix of the names that are written (default: that of the target)",
    )
    parser.add_argument(
        "--num-heads", type=int, help="attention heads, for the config that is written"
    )
    args = parser.parse_args(argv)
    take_former_place(parser, args, "out")
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.checkpoint import (
        FORMATS,
        CheckpointFile,
        backbone_config,
        backbone_state,
        detect_format,
        dropped_names,
        find_prefix,
        from_mmpretrain,
        other_encoders,
        save_checkpoint,
        stated_heads,
    )
    from mcf.checkpoint.farl import is_farl
    from mcf.utils.declared import MEAN, STD, said_by

    file = CheckpointFile(args.src)
    found = file.state(args.part)
    if args.source == "auto" and is_farl(found):
        convert_network(args, file)
        return
    source = detect_format(found) if args.source == "auto" else args.source
    backbone = backbone_state(found, file.name, source=source, img_size=args.img_size)
    said = file.meta
    with said_by(args.src):
        heads = args.num_heads or stated_heads(said)
    config = backbone_config(found, source, num_heads=heads)
    dropped = Counter(name.split(".")[0] for name in dropped_names(found, source))

    taken = find_prefix(found, FORMATS[source])
    print(f"found   {source} in {args.src}" + (f" under {taken!r}" if taken else ""))
    print(f"  arch     {config['arch']}")
    if heads is None:
        print("  heads    by format and width, for weights do not show them")
    if others := other_encoders(found, source):
        print(f"  not taken: {', '.join(others)}")
    print(f"  input    {config['img_size']} px, patches of {config['patch_size']}")
    print(f"  norm     eps {config['norm_cfg']['eps']}, pre_norm {config['pre_norm']}")
    print(f"  dropped  {sum(dropped.values())} of {len(found)} tensors", end="")
    print("".join(f"\n    {part}: {n}" for part, n in sorted(dropped.items())))

    state = from_mmpretrain(backbone, args.target, prefix=args.prefix)
    statistics = FORMATS[source].statistics
    crop = file.crop()
    facts = asdict(statistics) if statistics else {}
    with said_by(args.src):
        checks = dict(mean=MEAN, std=STD)
        facts |= {n: checks[n](said[n], n) for n in checks if said.get(n) is not None}
    facts |= {} if crop is None else dict(crop=crop)
    img_size = args.img_size or config["img_size"]
    meta = dict(
        contains=f"ViT backbone in the names of {args.target}",
        converted_from=f"{source}: {Path(args.src).name}",
        backbone={**config, "img_size": img_size},
        img_size=img_size,
        **facts,
        mcf_version=__version__,
    )
    top_level = FORMATS[args.target].top_level
    save_checkpoint(args.out, state, meta, top_level=top_level)
    size = args.out.stat().st_size / 2**20
    print(f"wrote   {args.target} to {args.out}")
    print(f"  tensors  {len(state)}, such as {next(iter(state))}")
    print(f"  size     {size:.1f} MiB")


def convert_network(args: argparse.Namespace, file: "CheckpointFile") -> None:
    """Write one of FaRL's downstream networks under the names of ours."""
    from mcf.checkpoint import save_checkpoint
    from mcf.checkpoint.farl import farl_task, from_farl, network_state
    from mcf.hub.farl_config import farl_config
    from mcf.hub.registry import hub_models, meaning_of
    from mcf.utils.checksums import file_checksum

    changed = [
        option
        for option, given in (
            ("--img-size", args.img_size),
            ("--prefix", args.prefix),
            ("--target", args.target != "mmpretrain"),
        )
        if given
    ]
    if changed:
        raise ValueError(
            f"{args.src} is a whole network, which takes no {', '.join(changed)}; the "
            "backbone alone of a parsing network is written with --source farl"
        )
    theirs = network_state(file)
    state = from_farl(theirs)
    task = farl_task(theirs)
    config = farl_config(task, state, num_heads=args.num_heads)
    sha256 = file_checksum(file.path)
    named = next((m for m in hub_models().values() if m.sha256 == sha256), None)
    meta = dict(
        contains=f"{task} network in the names of {config['model']['type']}",
        converted_from=f"farl-network: {Path(args.src).name}",
        sha256_of_source=sha256,
        mcf_version=__version__,
    )
    if named is not None:
        meta |= dict(
            model=named.name,
            dataset_meta=meaning_of(named),
            crop_rule=named.crop.rule().to_dict(),
            licence=named.licence,
            data=[asdict(one) for one in named.data],
        )
    backbone = config["model"]["backbone"]
    print(f"found   FaRL's {task} network in {args.src}")
    print(f"  arch     {backbone['arch']}")
    print(f"  model    {named.name if named else 'none of those with a name'}")
    print(f"  dropped  {len(theirs) - len(state)} of {len(theirs)} tensors")
    save_checkpoint(args.out, state, meta)
    size = args.out.stat().st_size / 2**20
    print(f"wrote   {config['model']['type']} to {args.out}")
    print(f"  tensors  {len(state)}, such as {next(iter(state))}")
    print(f"  size     {size:.1f} MiB")
