"""Judge a frozen backbone: landmarks by ridge regression, or the probes of a config.

With --data, errors are held out (k-fold) and in percent of the inter-ocular distance,
next to the same backbone untrained and to the mean shape. With --probes, landmarks and
parts of any data set, next to the same backbone untrained.
"""

import argparse
import sys
from pathlib import Path

import mcf  # noqa: F401  first: host packages import afterwards on any machine
from mcf.apis import (
    FrozenBackbone,
    LandmarkFaces,
    draw_synthetic,
    load_backbone_model,
    load_backbone_of_run,
    probe_backbone,
)
from mcf.models.frozen_backbone import untrained_copy
from mcf.probing import landmark_faces, load_probes, run_probes
from mcf.probing.ridge_probe import HEADER
from mcf.utils.atomic_file import write_json
from mcf.utils.command import run_command
from mcf.utils.shipped import shipped_folder
from mcf.utils.tables import align


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--backbone",
        required=True,
        help="exported or converted backbone file, or with --config any that fits it",
    )
    parser.add_argument(
        "--config",
        help="config of the run of --backbone, or any with a backbone and preprocessor",
    )
    kinds = parser.add_mutually_exclusive_group(required=True)
    kinds.add_argument("--data", choices=["helen29", "synthetic"])
    kinds.add_argument("--probes", help="config of configs/probing/")
    parser.add_argument(
        "--root", help="helen_29 folder, for --data helen29; by default its config's"
    )
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
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    if args.config:
        backbone = load_backbone_of_run(args.config, args.backbone)
    else:
        backbone = load_backbone_model(args.backbone)
    if args.probes:
        scores = compare(args, backbone)
        write(args.out, scores)
        return
    if args.data == "helen29":
        faces = helen29(args.root, size=backbone.img_size, seed=args.seed)
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
    write(args.out, report.to_dict())


def helen29(root: str | None, *, size: int, seed: int) -> LandmarkFaces:
    """Faces of Helen's probe, which tell the photo that they are of."""
    (probe,) = load_probes(shipped_folder() / "configs/probing/helen29.py")
    dataset = probe.dataset | (dict(data_root=root) if root else {})
    return landmark_faces(dataset, size=size, seed=seed)


def compare(
    args: argparse.Namespace, backbone: FrozenBackbone
) -> dict[str, dict[str, float]]:
    """Scores of the config's probes, trained and untrained, also printed."""
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


def write(path: Path | None, content: dict) -> None:
    """Write a result as JSON, if a file is wished for."""
    if path:
        write_json(content, path)
        print(f"wrote {path}")


if __name__ == "__main__":
    sys.exit(run_command(main))
