"""Show the whole path on drawn faces: pre-train, probe, fine-tune, report."""

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from mcf.commands.parser import command_parser

if TYPE_CHECKING:
    from mcf.visualization import Picture, Table

PRETRAIN = "mcf_vit-tiny-p14_1xb32-fp32-coslr-2e_synthetic-112"
ALIGN = "mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112"
NME = "landmark/full/nme_interocular"
PARSE = "mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112"
F1 = "parsing/mF1"
TASKS = [
    ("alignment", "landmarks: NME, % of the eye distance (less is better)", ALIGN, NME),
    ("parsing", "parts: mean F1, % (more is better)", PARSE, F1),
]
STARTS = ("pretrained", "scratch")


def parse_args(argv: list[str] | None) -> argparse.Namespace:
    parser = command_parser("demo", __doc__, example="mcf demo --out work_dirs/demo")
    parser.add_argument("--out", type=Path, default=Path("work_dirs/demo"))
    parser.add_argument(
        "--epochs", type=int, default=2, help="passes over the drawn faces"
    )
    return parser.parse_args(argv)


def show_faces(out: Path, *, first_seed: int = 0, columns: int = 8) -> "Picture":
    """Drawn faces with their exact landmarks and parsing masks."""
    from mcf.datasets.parsing import LAPA
    from mcf.drawn_faces import draw_face
    from mcf.visualization import Picture, landmarks_overlay, mask_overlay
    from mcf.visualization.canvas import picture_table, write_picture

    faces = [draw_face(first_seed + i, 192) for i in range(columns)]
    rows = [
        [face.image for face in faces],
        [landmarks_overlay(face.image, face.landmarks98) for face in faces],
        [mask_overlay(face.image, face.mask, LAPA.palette) for face in faces],
    ]
    picture = picture_table(rows, [""] * columns)
    write_picture(picture, out / "faces.png")
    return Picture("Drawn faces with 98 landmarks and 11 classes", picture)


def pretrain(work_dir: Path, *, epochs: int) -> None:
    """Run the demo's config for some epochs."""
    from mcf.engine.train import train

    length = {"train_cfg.max_epochs": epochs, "param_scheduler.1.end": epochs}
    train(PRETRAIN, out=work_dir, options=length)


def probe(backbone_file: Path) -> "Table":
    """Ridge regression from frozen features to the landmarks of unseen faces."""
    from mcf.models.backbone_loaders import load_backbone_model
    from mcf.probing.landmark_faces import draw_synthetic
    from mcf.probing.ridge_probe import HEADER, probe_backbone
    from mcf.visualization import Table

    backbone = load_backbone_model(backbone_file)
    faces = draw_synthetic(size=backbone.img_size)
    report = probe_backbone(backbone, faces, poolings=("tokens",), untrained=2)
    return Table("Landmarks from frozen features", HEADER, report.rows(), report.note)


def transfer(backbone_file: Path, out: Path) -> "Table":
    """Fine-tune for landmarks and parts, from the new backbone and from scratch."""
    from mcf.engine.finetune import finetune
    from mcf.visualization import Table

    rows = []
    for task, name, config, score in TASKS:
        scores = [
            finetune(config, out / task / start, backbone=backbone)[score]
            for start, backbone in zip(STARTS, (backbone_file, None), strict=True)
        ]
        rows.append([name, *(f"{value:.2f}" for value in scores)])
    note = (
        "Last epoch, one seed, faces that no training has seen. Minutes of "
        "pre-training show the path, not the gain: what ten epochs on photos are worth "
        "stands in docs/alignment.md and docs/parsing.md."
    )
    return Table("Fine-tuning", ["task", "pre-trained", "from scratch"], rows, note)


def main(argv: list[str] | None = None) -> None:
    args = parse_args(argv)
    import torch

    from mcf.report import write_report
    from mcf.utils.tables import align

    # One core draws faces; two more busy threads than cores would stall each other.
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))
    start = time.monotonic()
    args.out.mkdir(parents=True, exist_ok=True)
    faces = show_faces(args.out)
    pretrain(args.out / "pretrain", epochs=args.epochs)
    backbone = args.out / "pretrain/backbone_online.pth"
    tables = [probe(backbone), transfer(backbone, args.out)]
    fine_tuned = [args.out / task / start for task, *_ in TASKS for start in STARTS]
    html = write_report(
        [args.out / "pretrain", *fine_tuned],
        args.out,
        title="MCF on drawn faces",
        tables=tables,
        pictures=[faces],
        notes=[
            "A ViT-Ti learns from drawn faces without labels: it predicts what an "
            "ImageNet MobileNetV2 sees in the hidden patches. The first table asks how "
            "much its frozen features know about landmarks, the second what they are "
            "worth as a start of fine-tuning."
        ],
    )
    pictures = sorted((args.out / "pretrain").rglob("vis_image/*.png"))
    print(f"\nDone in {(time.monotonic() - start) / 60:.1f} minutes.")
    for table in tables:
        print(f"\n{table.title}\n", *align([table.header, *table.rows]), sep="\n")
    print(f"\nReport    {html}\nFaces     {args.out / 'faces.png'}")
    print(f"Pictures  {pictures[0].parent if pictures else 'none'}")
    print(f"Backbone  {backbone}")
