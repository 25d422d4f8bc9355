"""The demo's report: what its networks find, and how much pre-training helped."""

import json
from pathlib import Path

import numpy as np
import torch

from mcf.demo.plan import STARTS, Places
from mcf.drawn_faces import draw_face
from mcf.engine.finetune import last_test_scores
from mcf.inference import FaceInferencer
from mcf.inspection.landmark_faces import align_test_faces
from mcf.inspection.parsed_faces import parse_test_faces
from mcf.report import write_report
from mcf.visualization import Picture, Table
from mcf.visualization.canvas import picture_table, write_picture
from mcf.visualization.landmark_pictures import landmark_sheet
from mcf.visualization.parsing_pictures import parsing_sheet

NME = "landmark/full/nme_interocular"
F1 = "parsing/mF1"
SHOWN = 4
FIRST_SEED = 20_000_000
"""Far from all seeds that anything is trained on."""

STORY = (
    "A small network (ViT-Ti) first learns from drawn faces without labels: it sees a "
    "quarter of the patches of a face and predicts what an ImageNet MobileNetV2 would "
    "see in all of it. Then it learns to find 68 points and 11 parts from some 200 "
    "labelled faces, once starting from what it has learnt and once from scratch.",
    "This took minutes, so it shows the path and not the gain. Runs that are long "
    "enough to show one are in docs/small_run.md, docs/alignment.md and "
    "docs/parsing.md. Drawn faces are not photographs, either: a network that works on "
    "the former need not work on the latter.",
)
NOTE = (
    "Faces that were not used in training; last epoch, one seed. From scratch means "
    "fine-tuned from random weights, or the features of an untrained network. With one "
    "seed and so little training, differences of a few percent are chance."
)


def write_demo_report(places: Places) -> tuple[Path, Table]:
    """Write ``report.html`` and ``report.md`` of a finished demo.

    Returns:
        Path of the page, and the table of results.
    """
    torch.set_num_threads(1)  # small networks, and two threads wait for each other
    table = results(places)
    runs = [places.tuned(task, s) for task in ("alignment", "parsing") for s in STARTS]
    pictures = dict(
        points=points(places.tuned("alignment", "pretrained")),
        parts=parts(places.tuned("parsing", "pretrained")),
        model_inside=model_inside(),
    )
    for name, picture in pictures.items():
        write_picture(picture.image, places.out / f"{name}.png")
    page = write_report(
        [places.pretrain, *runs],
        places.out,
        title="MCF on drawn faces",
        tables=[table],
        pictures=[*pictures.values()],
        notes=STORY,
    )
    return page, table


def results(places: Places) -> Table:
    """The one table: each task with and without pre-training."""
    probe = json.loads((places.probe / "probe.json").read_text())
    means = {score["features"]: score["mean"] for score in probe["scores"]}
    frozen = [means["trained"], means["untrained (seed 0)"]]
    tuned = [
        [last_test_scores(places.tuned(task, start))[score] for start in STARTS]
        for task, score in (("alignment", NME), ("parsing", F1))
    ]
    rows = [
        (
            "points, fine-tuned: error, % of eye distance (lower is better)",
            tuned[0],
        ),
        ("points, predicted from frozen features: the same error", frozen),
        ("parts, fine-tuned: mean F1, % (higher is better)", tuned[1]),
    ]
    return Table(
        "How much pre-training helped here",
        ("task", "pre-trained", "from scratch"),
        [[name, *(f"{value:.1f}" for value in values)] for name, values in rows],
        NOTE,
    )


def points(run: Path) -> Picture:
    """True and found points of typical faces."""
    faces = align_test_faces(
        _config(run), run / "best_on_validation.pth", count=SHOWN, which="typical"
    )
    sheet = landmark_sheet(faces)
    return Picture(
        "Points that the pre-trained network finds on faces it has never seen, with "
        "median error (the number below, in % of the eye distance).",
        sheet,
    )


def parts(run: Path) -> Picture:
    """True and found parts of typical faces."""
    found = parse_test_faces(
        _config(run), run / "best_on_validation.pth", count=3, which="typical"
    )
    sheet = parsing_sheet(found.faces, found.classes, found.palette)
    return Picture("Parts that it finds, on faces with median score.", sheet)


def model_inside() -> Picture:
    """What the model that comes with the package finds."""
    inferencer = FaceInferencer()
    tiles = []
    for seed in range(FIRST_SEED, FIRST_SEED + SHOWN):
        face = draw_face(seed, 256).image
        found = inferencer(np.ascontiguousarray(face[..., ::-1]))
        tiles.append(found.draw())
    return Picture(
        "For comparison: points and parts by the model that comes with the package, "
        "which was trained on 18,432 drawn faces (docs/model_inside.md).",
        picture_table([tiles], [""] * SHOWN),
    )


def _config(run: Path) -> Path:
    """What the run was started with, as it has written it down."""
    return next(run.glob("*.py"))
