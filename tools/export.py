"""Export a network to ONNX, or a backbone for other libraries (docs/export.md)."""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
from mmengine.config import DictAction

from mcf.export import ParityError, export_onnx, export_weights
from mcf.inference.loading import read_config
from mcf.utils.atomic_file import write_json
from mcf.utils.command import run_command

TARGETS = ("onnx", "timm", "mmpretrain", "huggingface")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", help="weights of a run, or the name of a model")
    parser.add_argument("out", type=Path, help="FILE.onnx, or a folder for --to others")
    parser.add_argument(
        "--to", default="onnx", choices=TARGETS, help="what to write (default: onnx)"
    )
    onnx = parser.add_argument_group("ONNX")
    onnx.add_argument(
        "--config", help="config of the run, by name or file; none for backbone_*.pth"
    )
    onnx.add_argument(
        "--cfg-options",
        nargs="+",
        action=DictAction,
        help="override settings of the config, key=value",
    )
    onnx.add_argument(
        "--decode",
        action="store_true",
        help="also give points and scores, labels, probabilities, or an embedding",
    )
    onnx.add_argument(
        "--pooling",
        default="mean",
        choices=("mean", "cls"),
        help="of a backbone's embedding (default: mean)",
    )
    onnx.add_argument(
        "--faces", type=int, default=8, help="faces to compare (default: 8)"
    )
    onnx.add_argument(
        "--runs", type=int, default=3, help="timed runs, 0 for none (default: 3)"
    )
    onnx.add_argument("--report", type=Path, help="also write the comparison as .json")
    args = parser.parse_args(argv)
    if args.cfg_options and args.config is None:
        parser.error("--cfg-options needs --config")
    return args


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    if args.to != "onnx":
        for file in export_weights(args.checkpoint, args.out, target=args.to):
            print(f"wrote {file}")
        return 0
    config = None if args.config is None else read_config(args.config)
    if args.cfg_options:
        config.merge_from_dict(args.cfg_options)
    try:
        parity = export_onnx(
            args.checkpoint,
            args.out,
            config=config,
            decode=args.decode,
            pooling=args.pooling,
            faces=args.faces,
            runs=args.runs,
        )
    except ParityError as error:
        parity = error.parity
    if args.report is not None:
        write_json(parity.to_dict(), args.report)
    print(parity)
    if not parity.passed:
        print(f"error: above the limit; {args.out} was not written", file=sys.stderr)
        return 1
    print(f"wrote {args.out}, {args.out.stat().st_size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(run_command(main))
