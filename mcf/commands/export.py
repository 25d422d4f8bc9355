"""Export a network to ONNX, or a backbone for other libraries (docs/export.md)."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import (
    add_config_options,
    add_former_place,
    command_parser,
    take_former_place,
)
from mcf.utils.command import FAILED

if TYPE_CHECKING:
    from mcf.export import Parity

EXAMPLE = """
mcf export work_dirs/wflw/epoch_150.pth --out wflw.onnx --decode \\
    --config mcf_vit-base-p16_heatcoord_8xb5-fp32-step-150e_wflw-448
mcf export wflw.onnx --out wflw_int8.onnx --precision int8
"""
TARGETS = ("onnx", "torch", "openvino", "timm", "mmpretrain", "huggingface")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "export",
        __doc__,
        example=EXAMPLE,
        codes={FAILED: "the file would differ from its source, so it was not written"},
    )
    parser.add_argument(
        "checkpoint",
        help="weights of a run, name from `mcf models` or, for --precision, FILE.onnx",
    )
    parser.add_argument(
        "--out",
        type=Path,
        help="FILE.onnx; FILE.pt2 for --to torch; a folder for the others (required)",
    )
    add_former_place(parser, "out", type=Path)
    parser.add_argument(
        "--to", default="onnx", choices=TARGETS, help="what to write (default: onnx)"
    )
    onnx = parser.add_argument_group("ONNX, torch.export and OpenVINO")
    onnx.add_argument(
        "--config", help="config of the run, a file or a name; not for backbone_*.pth"
    )
    add_config_options(onnx)
    onnx.add_argument(
        "--decode",
        action="store_true",
        help="also output points and scores, labels, probabilities, or an embedding",
    )
    onnx.add_argument(
        "--pooling",
        default="mean",
        choices=("mean", "cls"),
        help="how a backbone's embedding is pooled (default: mean)",
    )
    onnx.add_argument(
        "--faces", type=int, default=8, help="faces to compare (default: 8)"
    )
    onnx.add_argument(
        "--runs", type=int, default=3, help="timed runs, 0 to skip timing (default: 3)"
    )
    onnx.add_argument(
        "--precision",
        default="fp32",
        choices=("fp32", "fp16", "int8"),
        help="precision of the weights; the lower ones also work on an exported "
        "FILE.onnx (default: fp32)",
    )
    onnx.add_argument("--report", type=Path, help="file for the comparison, .json")
    args = parser.parse_args(argv)
    take_former_place(parser, args, "out")
    if args.cfg_options and args.config is None:
        parser.error("--cfg-options needs --config")
    if args.precision != "fp32" and args.to != "onnx":
        parser.error("--precision is for --to onnx")
    if args.precision == "fp32" and Path(args.checkpoint).suffix == ".onnx":
        parser.error(f"{args.checkpoint} is exported already: give --precision")
    return args


def reduced(export: Callable[..., "Parity"], args: argparse.Namespace) -> "Parity":
    """Write a float32 file, or a checkpoint exported to one, in fewer bits."""
    from mcf.export import reduce_precision

    settings = dict(precision=args.precision, faces=args.faces, runs=args.runs)
    if Path(args.checkpoint).suffix == ".onnx":
        return reduce_precision(args.checkpoint, args.out, **settings)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "float32.onnx"
        print(export(whole, runs=0))
        return reduce_precision(whole, args.out, **settings)


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    from mcf.export import (
        ParityError,
        export_onnx,
        export_openvino,
        export_torch,
        export_weights,
    )
    from mcf.utils.atomic_file import write_json
    from mcf.utils.configs import read_config
    from mcf.utils.options import merge_options

    writers = dict(onnx=export_onnx, torch=export_torch, openvino=export_openvino)
    if args.to not in writers:
        for file in export_weights(args.checkpoint, args.out, target=args.to):
            print(f"wrote {file}")
        return 0
    config = None if args.config is None else read_config(args.config)
    if args.cfg_options:
        merge_options(config, args.cfg_options)
    export = partial(
        writers[args.to],
        args.checkpoint,
        config=config,
        decode=args.decode,
        pooling=args.pooling,
    )
    try:
        if args.precision == "fp32":
            parity = export(args.out, faces=args.faces, runs=args.runs)
        else:
            parity = reduced(export, args)
    except ParityError as error:
        parity = error.parity
    if args.report is not None:
        write_json(parity.to_dict(), args.report)
    print(parity)
    if not parity.passed:
        print(f"error: above the limit; {args.out} was not written", file=sys.stderr)
        return 1
    files = args.out.iterdir() if args.out.is_dir() else [args.out]
    size = sum(file.stat().st_size for file in files)
    print(f"wrote {args.out}, {size / 2**20:.1f} MiB")
    return 0
