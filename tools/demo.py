"""Show the whole path on drawn faces: pre-train, probe, fine-tune, report."""

import argparse
import os
import sys
import time
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from mcf.apis import (
    draw_synthetic,
    finetune,
    load_backbone_model,
    probe_backbone,
    write_report,
)
from mcf.checkpoint.safe_load import use_safe_loading
from mcf.datasets.parsing import LAPA
from mcf.drawn_faces import draw_face
from mcf.engine.work_folder import work_folder
from mcf.probing.ridge_probe import HEADER
from mcf.utils.allocator import keep_freed_memory
from mcf.utils.command import run_command
from mcf.utils.environment import warn_untested
from mcf.utils.tables import align
from mcf.visualization import Picture, Table, landmarks_overlay, mask_overlay
from mcf.visualization.canvas import picture_table, write_picture

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
PRETRAIN = CONFIGS / "pretrain/mcf_vit-tiny-p14_1xb32-fp32-coslr-2e_synthetic-112.py"
ALIGN = (
    CONFIGS / "alignment/mcf_vit-tiny-p14_simcc_1xb8-fp32-coslr-12e_synthetic68-112.py"
)
NME = "landmark/full/nme_interocular"
PARSE = CONFIGS / "parsing/mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112.py"
F1 = "parsing/mF1"
TASKS = [
    ("landmarks: NME, % of the eye distance (less is better)", ALIGN, NME),
    ("parts: mean F1, % (more is better)", PARSE, F1),
]
STARTS = ("pretrained", "scratch")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("work_dirs/demo"))
    parser.add_argument(
        "--epochs", type=int, default=2, help="passes over the drawn faces"
    )
    return parser.parse_args()


def show_faces(out: Path, *, first_seed: int = 0, columns: int = 8) -> Picture:
    """Drawn faces with their exact landmarks and parsing masks."""
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
    """Run the demo's config, the same as tools/train.py does."""
    config = Config.fromfile(PRETRAIN)
    config.work_dir = str(work_dir)
    config.train_cfg.max_epochs = epochs
    config.param_scheduler[-1].end = epochs
    with work_folder(config):
        Runner.from_cfg(config).train()


def probe(backbone_file: Path) -> Table:
    """Ridge regression from frozen features to the landmarks of unseen faces."""
    backbone = load_backbone_model(backbone_file)
    faces = draw_synthetic(size=backbone.img_size)
    report = probe_backbone(backbone, faces, poolings=("tokens",), untrained=2)
    return Table("Landmarks from frozen features", HEADER, report.rows(), report.note)


def transfer(backbone_file: Path, out: Path) -> Table:
    """Fine-tune for landmarks and parts, from the new backbone and from scratch."""
    rows = []
    for name, config, score in TASKS:
        folder = out / config.parent.name
        scores = [
            finetune(config, folder / start, backbone=backbone)[score]
            for start, backbone in zip(STARTS, (backbone_file, None), strict=True)
        ]
        rows.append([name, *(f"{value:.2f}" for value in scores)])
    note = (
        "Last epoch, one seed, faces that no training has seen. Minutes of "
        "pre-training show the path, not the gain: what ten epochs on photos are worth "
        "stands in docs/alignment.md and docs/parsing.md."
    )
    return Table("Fine-tuning", ["task", "pre-trained", "from scratch"], rows, note)


def main() -> None:
    args = parse_args()
    use_safe_loading()
    keep_freed_memory()
    warn_untested()
    # One core draws faces; two more busy threads than cores would stall each other.
    torch.set_num_threads(max(1, (os.cpu_count() or 2) - 1))
    start = time.monotonic()
    args.out.mkdir(parents=True, exist_ok=True)
    faces = show_faces(args.out)
    pretrain(args.out / "pretrain", epochs=args.epochs)
    backbone = args.out / "pretrain/backbone_online.pth"
    tables = [probe(backbone), transfer(backbone, args.out)]
    fine_tuned = [
        args.out / config.parent.name / start
        for _, config, _ in TASKS
        for start in STARTS
    ]
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


if __name__ == "__main__":
    sys.exit(run_command(main))
