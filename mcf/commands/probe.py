"""Evaluate a frozen backbone on landmarks and parts, beside the same one untrained.

With --faces, landmarks are predicted by ridge regression. Errors are held out (k-fold),
in percent of the inter-ocular distance, and shown beside that of the mean shape. With
--probes, the probes of a config score landmarks and parts of any data set.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import add_alias, add_device, add_seed, command_parser
from mcf.utils.tables import align

if TYPE_CHECKING:
    from mcf.models.frozen_backbone import FrozenBackbone
    from mcf.probing.landmark_faces import LandmarkFaces

FACES = ("helen29", "synthetic")
EXAMPLE = """
mcf probe --backbone work_dirs/faces/backbone_online.pth \\
    --faces helen29 --data data/helen_29 --out probe.json
"""


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("probe", __doc__, example=EXAMPLE)
    parser.add_argument(
        "--backbone",
        required=True,
        help="exported or converted backbone file; with --config, any that fits it",
    )
    parser.add_argument(
        "--config",
        help="config that describes the backbone, such as that of its run",
    )
    parser.add_argument(
        "--faces", choices=FACES, help="faces whose landmarks are predicted"
    )
    parser.add_argument(
        "--probes", help="config in configs/probing/, instead of --faces"
    )
    parser.add_argument(
        "--data",
        metavar="PATH",
        help="the folder helen_29, for --faces helen29 (default: that of its config)",
    )
    add_alias(parser, "--root", of="root")
    parser.add_argument(
        "--pooling",
        nargs="+",
        choices=["tokens", "mean", "cls"],
        default=["tokens", "mean", "cls"],
        help="features to try (default: all)",
    )
    parser.add_argument(
        "--untrained",
        type=int,
        default=3,
        help="number of untrained copies to score (default: 3)",
    )
    parser.add_argument(
        "--folds", type=int, default=5, help="folds of the faces (default: 5)"
    )
    add_seed(parser, "folds, crops and untrained copies")
    add_device(parser)
    parser.add_argument("--out", type=Path, help="JSON file to write")
    args = parser.parse_args(argv)
    _take_former_names(args)
    if (args.faces is None) == (args.probes is None):
        parser.error("give --faces or --probes")
    return args


def _take_former_names(args: argparse.Namespace) -> None:
    """``--data helen29 --root PATH`` was once ``--faces helen29 --data PATH``."""
    if args.faces is None and args.data in FACES:
        args.faces, args.data = args.data, None
    args.data = args.data or vars(args).pop("root", None)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    from mcf.models.backbone_loaders import load_backbone_model, load_backbone_of_run
    from mcf.probing.landmark_faces import draw_synthetic
    from mcf.probing.ridge_probe import HEADER, probe_backbone
    from mcf.utils.atomic_file import write_json

    def write(content: dict) -> None:
        if args.out:
            write_json(content, args.out)
            print(f"wrote {args.out}")

    if args.config:
        backbone = load_backbone_of_run(args.config, args.backbone)
    else:
        backbone = load_backbone_model(args.backbone)
    if args.probes:
        scores = compare(args, backbone)
        write(scores)
        return
    if args.faces == "helen29":
        faces = helen29(args.data, size=backbone.img_size, seed=args.seed)
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
    print("\n".join(align([HEADER, *report.rows()], text_columns=2)))
    write(report.to_dict())


def helen29(root: str | None, *, size: int, seed: int) -> "LandmarkFaces":
    """Faces of Helen's probe, which tell the photo that they are of."""
    from mcf.probing import landmark_faces, load_probes
    from mcf.utils.shipped import shipped_folder

    (probe,) = load_probes(shipped_folder() / "configs/probing/helen29.py")
    dataset = probe.dataset | (dict(data_root=root) if root else {})
    return landmark_faces(dataset, size=size, seed=seed)


def compare(
    args: argparse.Namespace, backbone: "FrozenBackbone"
) -> dict[str, dict[str, float]]:
    """Scores of the config's probes, trained and untrained, also printed."""
    from mcf.models.backbone_loaders import untrained_copy
    from mcf.probing import load_probes, run_probes

    probes = load_probes(args.probes)
    models = {"trained": backbone}
    for seed in range(args.seed, args.seed + args.untrained):
        models[f"untrained (seed {seed})"] = untrained_copy(backbone, seed=seed)
    scores = {
        name: run_probes(probes, model, device=args.device)
        for name, model in models.items()
    }
    rows = [["features", *scores["trained"]]]
    rows += [[name, *(f"{v:.2f}" for v in s.values())] for name, s in scores.items()]
    print("\n".join(align(rows)))
    return scores
