"""Measure how fast this machine trains and infers, as shares of what it could do."""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import mcf

# isort: split
import torch
from mmengine.config import Config
from prettytable import PrettyTable, TableStyle

import mcf.datasets
import mcf.engine
import mcf.models  # noqa: F401
from mcf.utils.atomic_file import write_json
from mcf.utils.command import run_command
from mcf.utils.options import merge_options

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # for projects/

# isort: split
from projects.step_benchmark import (
    compare_attention,
    compare_loading,
    compare_steps,
    matmul_peak,
    measure_inference,
)
from projects.step_benchmark.scaling import SETTINGS

ROOT = Path(__file__).resolve().parents[1]
CONFIG = "configs/pretrain/mcf_vit-base-p16_8xb64-accum8-amp-coslr-16e_laionface-224.py"


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    step = commands.add_parser("step", help="the step, its parts and the plain step")
    scaling = commands.add_parser("scaling", help="how the cost grows with a setting")
    scaling.add_argument("setting", choices=["batch_size", *SETTINGS])
    scaling.add_argument("values", nargs="+")
    attention = commands.add_parser("attention", help="fused or plain attention")
    loading = commands.add_parser("loading", help="stores beside Pillow and a folder")
    loading.add_argument("root", help="any face store of images of one size")
    loading.add_argument("--images", type=int, default=512)
    inference = commands.add_parser("inference", help="from JPEG bytes to results")
    inference.add_argument("config", help="of alignment or parsing, or its name")
    inference.add_argument("--batch-size", type=int, default=16)
    inference.add_argument("--photos", type=int, default=32, help="one face each")
    inference.add_argument("--photo-size", type=int, default=512)
    inference.add_argument(
        "--detector", choices=["retinaface", "none"], default="retinaface"
    )
    inference.add_argument("--device", default=_default_device())
    for command in (step, scaling):
        command.add_argument("--config", default=ROOT / CONFIG)
        command.add_argument("--batch-size", type=int, default=8)
        command.add_argument("--cfg-options", nargs="+", action="extend")
    for command in (step, scaling, attention):
        command.add_argument(
            "--dtype", choices=["float32", "bfloat16", "float16"], default="float32"
        )
        command.add_argument("--device", default=_default_device())
    for command in (step, scaling, attention, loading):
        command.add_argument("--repeats", type=int, default=5)
    for command in (step, scaling, attention, loading, inference):
        command.add_argument("--threads", type=int, default=torch.get_num_threads())
        command.add_argument("--out", type=Path, help="also write a .json file")
    return parser.parse_args()


def _default_device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def show(title: str, header: list[str], rows: Iterable[list[object]]) -> list[dict]:
    """Print a table; return its rows by column name."""
    table = PrettyTable(header)
    table.set_style(TableStyle.MARKDOWN)
    table.align = "r"
    table.align[header[0]] = "l"
    rows = [[f"{v:.3g}" if isinstance(v, float) else v for v in row] for row in rows]
    table.add_rows(rows)
    print(f"\n{title}\n\n{table}")
    return [dict(zip(header, row, strict=True)) for row in rows]


def read_config(args: argparse.Namespace) -> Config:
    cfg = Config.fromfile(args.config)
    if args.cfg_options:
        merge_options(cfg, args.cfg_options)
    return cfg


def common(args: argparse.Namespace) -> dict:
    return dict(
        device=torch.device(args.device),
        dtype=getattr(torch, args.dtype),
        repeats=args.repeats,
    )


def measure_step(args: argparse.Namespace) -> dict:
    cfg, settings = read_config(args), common(args)
    peak = matmul_peak(settings["device"], settings["dtype"])
    reports, parts = compare_steps(
        cfg, batch_size=args.batch_size, threads=args.threads, **settings
    )
    # the machine may have been busy with something else before
    peak = max(peak, matmul_peak(settings["device"], settings["dtype"]))
    plain = reports["plain"]
    print(
        f"\n{Path(args.config).stem}, batch {args.batch_size}, {args.dtype}, "
        f"{args.device}, {args.threads} threads; matrix peak {peak / 1e9:.0f} GFLOP/s; "
        f"{plain.flops / 1e9:.1f} GFLOP per image"
    )
    header = [
        "step",
        "images/s",
        "spread",
        "GFLOP/s",
        "share of peak",
        "times plain",
        "memory GB",
        "loss_feature",
        "loss_contrastive",
    ]
    rows = [
        [
            way,
            report.images_per_s,
            f"{report.timing.spread:.0%}",
            report.flops_per_s / 1e9,
            f"{report.flops_per_s / peak:.1%}",
            plain.timing.median / report.timing.median,
            report.memory / 1e9,
            *(f"{loss:.5f}" for loss in report.losses.values()),
        ]
        for way, report in reports.items()
    ]
    show("Whole step", header, rows)
    whole = reports["mcf"].timing.median
    header = ["part, by itself", "seconds", "spread", "share of step"]
    show(
        "Parts",
        header,
        (
            [name, t.median, f"{t.spread:.0%}", f"{t.median / whole:.0%}"]
            for name, t in parts.items()
        ),
    )
    return dict(
        peak=peak,
        steps={way: asdict(report) for way, report in reports.items()},
        parts={name: asdict(timing) for name, timing in parts.items()},
    )


def measure_scaling(args: argparse.Namespace) -> dict:
    cfg, settings = read_config(args), common(args)
    peak = matmul_peak(settings["device"], settings["dtype"])
    reports = {}
    for value in args.values:
        varied, batch_size = cfg, args.batch_size
        if args.setting == "batch_size":
            batch_size = int(value)
        else:
            parse = dict(image_size=int, arch=str, mask_ratio=float)[args.setting]
            varied = SETTINGS[args.setting](cfg, parse(value))
        reports[value] = compare_steps(
            varied, batch_size=batch_size, threads=args.threads, **settings
        )[0]["mcf"]
    header = [args.setting, "images/s", "spread", "GFLOP/image", "share of peak", "GB"]
    rows = show(
        f"{Path(args.config).stem}, {args.dtype}, {args.device}",
        header,
        (
            [
                value,
                report.images_per_s,
                f"{report.timing.spread:.0%}",
                report.flops / 1e9,
                f"{report.flops_per_s / peak:.1%}",
                report.memory / 1e9,
            ]
            for value, report in reports.items()
        ),
    )
    return dict(peak=peak, rows=rows)


def measure_attention(args: argparse.Namespace) -> dict:
    timings = compare_attention(**common(args))
    rows = ([name, 1e3 * t.median, f"{t.spread:.0%}"] for name, t in timings.items())
    rows = show(
        f"Attention of ViT-B/16 at 224 pixels, batch 8, {args.dtype}, {args.device}",
        ["form", "milliseconds forward and backward", "spread"],
        rows,
    )
    return dict(rows=rows)


def measure_loading(args: argparse.Namespace) -> dict:
    timings, difference, images = compare_loading(
        args.root, images=args.images, repeats=args.repeats
    )
    baseline = next(iter(timings.values())).median
    rows = show(
        f"{images} images, one process, "
        f"{args.threads} threads; greatest difference {difference} of 255",
        ["way", "images/s", "spread", "times Pillow"],
        (
            [name, images / t.median, f"{t.spread:.0%}", baseline / t.median]
            for name, t in timings.items()
        ),
    )
    return dict(rows=rows)


def run_inference(args: argparse.Namespace) -> dict:
    meter = measure_inference(
        args.config,
        photos=args.photos,
        photo_size=args.photo_size,
        batch_size=args.batch_size,
        detector=None if args.detector == "none" else args.detector,
        device=torch.device(args.device),
    )
    print(
        f"{Path(args.config).stem}, random weights, photos of {args.photo_size} "
        f"pixels, batch {args.batch_size}, {args.device}, {args.threads} threads\n"
        f"{meter.table()}"
    )
    return dict(network_share=meter.network_share)


COMMANDS = dict(
    step=measure_step,
    scaling=measure_scaling,
    attention=measure_attention,
    loading=measure_loading,
    inference=run_inference,
)


def main() -> None:
    args = parse_args()
    torch.set_num_threads(args.threads)
    results = COMMANDS[args.command](args)
    if args.out:
        write_json(results, args.out)


if __name__ == "__main__":
    sys.exit(run_command(main))
