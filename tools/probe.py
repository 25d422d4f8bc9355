"""Judge a frozen backbone by ridge regression from its features to face landmarks.

Errors are held out (k-fold) and in percent of the inter-ocular distance, next to the
same backbone untrained and to the mean shape.
"""

import argparse
import json
from pathlib import Path

import mcf  # noqa: F401  first: host packages import afterwards on any machine
from mcf.apis import load_backbone_model, load_backbone_of_run
from mcf.apis.probe import HEADER, probe_backbone
from mcf.apis.probe_data import draw_synthetic, load_helen29


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--backbone",
        required=True,
        help="exported backbone file, or with --config a checkpoint of that run",
    )
    parser.add_argument("--config", help="config of the run of --backbone")
    parser.add_argument("--data", choices=["helen29", "synthetic"], required=True)
    parser.add_argument("--root", help="helen_29 folder, for --data helen29")
    parser.add_argument(
        "--pooling",
        nargs="+",
        choices=["tokens", "mean", "cls"],
        default=["tokens", "mean", "cls"],
    )
    parser.add_argument(
        "--untrained", type=int, default=3, help="copies with random weights to score"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="of folds, crops, copies")
    parser.add_argument("--device", default="cpu", help="for example cuda:0")
    parser.add_argument("--out", type=Path, help="JSON file to write")
    args = parser.parse_args(argv)
    if args.data == "helen29" and not args.root:
        parser.error("--data helen29 needs --root")
    return args


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    if args.config:
        backbone = load_backbone_of_run(args.config, args.backbone)
    else:
        backbone = load_backbone_model(args.backbone)
    if args.data == "helen29":
        faces = load_helen29(args.root, size=backbone.img_size, seed=args.seed)
    else:
        faces = draw_synthetic(size=backbone.img_size)
    report = probe_backbone(
        backbone,
        faces,
        poolings=tuple(args.pooling),
        untrained=args.untrained,
        folds=args.folds,
        seed=args.seed,
        device=args.device,
    )
    print(
        f"{report.data}: {report.num_faces} faces, {report.num_points} points, "
        f"{report.folds} folds\n{report.note}"
    )
    rows = [HEADER, *report.rows()]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    if args.out:
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps(report.to_dict(), indent=2) + "\n")
        print(f"wrote {args.out}")


if __name__ == "__main__":
    main()
