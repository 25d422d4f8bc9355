"""Draw the mask strategies on faces, one row per face (docs/swapping.md).

Draws random, block-wise and facial-region masks and, with --backbone, masks guided by
its attention. With --config, draws the masks of that pre-training config instead.
"""

import argparse
from itertools import islice
from pathlib import Path

from mcf.commands.parser import add_seed, command_parser
from mcf.utils.command import SOME_SKIPPED

POINTS = ("five-point", "arcface", "detected")
EXAMPLE = "mcf masks data/faces --out masks.png --points detected"


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("masks", __doc__, example=EXAMPLE)
    parser.add_argument(
        "images", nargs="+", help="image files, folders, LMDBs or tar shards of faces"
    )
    parser.add_argument("--out", type=Path, required=True, help="picture to write")
    parser.add_argument("--backbone", help="backbone_online.pth of a pre-trained ViT")
    parser.add_argument("--config", help="pre-training config whose masks are drawn")
    parser.add_argument(
        "--points",
        choices=POINTS,
        default="five-point",
        help="how the faces were aligned, for facial-region masks; `detected` measures "
        "it on these faces and prints it for a config (default: five-point)",
    )
    parser.add_argument(
        "--ratio", type=float, default=0.75, help="share hidden (default: 0.75)"
    )
    parser.add_argument(
        "--grid", type=int, default=14, help="patches per side (default: 14)"
    )
    parser.add_argument(
        "--max-images", type=int, default=6, help="faces to draw (default: 6)"
    )
    add_seed(parser, "the masks")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    args = parse_args(argv)
    from mcf.inspection.masks import (
        TEMPLATES,
        all_maskings,
        detected_points,
        draw_masks,
        masking_of,
    )
    from mcf.inspection.reconstruct import read_faces
    from mcf.models.backbone_loaders import load_backbone_model
    from mcf.visualization.canvas import write_picture

    backbone = load_backbone_model(args.backbone) if args.backbone else None
    skipped = []
    faces = read_faces(args.images, on_bad=skipped.append)
    faces = list(islice(faces, args.max_images))
    for error in skipped:
        print(f"skipped {error}")
    if not faces:
        raise ValueError("no image that can be used: give faces")
    if args.config:
        maskings, grid = masking_of(args.config)
    else:
        points = TEMPLATES.get(args.points)
        if points is None:
            points = detected_points(faces)
            print(f"points={points}")
        maskings = all_maskings(args.ratio, points=points, guided=backbone is not None)
        grid = backbone.model.patch_resolution if backbone else (args.grid, args.grid)
    sheet = draw_masks(maskings, faces, grid=grid, backbone=backbone, seed=args.seed)
    write_picture(sheet, args.out)
    print(f"wrote {args.out} ({sheet.shape[1]} x {sheet.shape[0]} pixels)")
    return SOME_SKIPPED if skipped else 0
