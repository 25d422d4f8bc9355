"""Whatever writes results: each as a function of a folder and a number it writes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from mcf.benchmark import Submission, write_page, write_submission
from mcf.checkpoint import save_checkpoint
from mcf.datasets.parsing.mask_manifest import MaskRecord, write_manifest
from mcf.datasets.stores.metainfo import write_metainfo
from mcf.engine.local_backends import AtomicBackend
from mcf.inference import FaceResult
from mcf.inference.result import Landmarks
from mcf.inference.track_table import track_table
from mcf.inference.video import VideoFrame
from mcf.inference.video_writer import whole_video
from mcf.utils.atomic_file import save_atomically, write_json
from mcf.utils.tables import write_rows
from mcf.visualization.canvas import write_picture
from mcf.visualization.page import Chart, Charts, Page, Picture
from projects.mini_benchmark.report import SECTION, write_section
from projects.mini_benchmark.results import Result, write_result

Writer = Callable[[Path, int], object]


def picture(number: int) -> np.ndarray:
    return np.full((64, 48, 3), number, np.uint8)


def face_result(folder: Path, number: int) -> None:
    boxes = np.full((1, 4), number, np.float32)
    FaceResult(
        source="a.jpg",
        size=(48, 64),
        boxes=boxes,
        scores=np.ones(1, np.float32),
        image=picture(number),
    ).save(folder, name="a")


def video(folder: Path, number: int) -> None:
    with whole_video(folder / "a.mp4", rate=25) as writer:
        for frame in range(30):
            writer.write(picture(number * frame % 256))


def tracks(kind: str) -> Writer:
    def write(folder: Path, number: int) -> None:
        points = Landmarks("five", np.full((1, 5, 2), number), np.ones((1, 5)))
        result = FaceResult("a", (48, 64), np.ones((1, 4)), np.ones(1), points)
        with track_table(folder / f"a.{kind}", kind) as table:
            for frame in range(30):
                table.add(VideoFrame(frame, frame / 25, result, (1,), (True,)))

    return write


def markdown(folder: Path, number: int) -> None:
    chart = Chart("c", f"<svg>{number}</svg>")
    blocks = [Picture("p", picture(number)), Charts("Curves", [chart])]
    Page("T", blocks).to_markdown(folder)


def section(folder: Path, number: int) -> None:
    page = folder / "page.md"
    if not page.exists():
        marks = [SECTION.format(edge=edge) for edge in ("begin", "end")]
        page.write_text("\n".join(marks))
    write_section(page, str(number))


def checkpoint(suffix: str) -> Writer:
    def write(folder: Path, number: int) -> None:
        state = {"w": torch.full((50,), float(number))}
        save_checkpoint(folder / f"c{suffix}", state, {"n": number})

    return write


def submission(number: int) -> Submission:
    return Submission("a", "f", number + 1, True, "minutes", ())


def page_of_backbone(folder: Path, number: int) -> None:
    write_page(submission(number), folder)


WRITERS: dict[str, Writer] = {
    "JSON": lambda folder, n: write_json({"n": n}, folder / "a.json"),
    "table .json": lambda folder, n: write_rows([{"n": n}], folder / "a.json"),
    "table .csv": lambda folder, n: write_rows([{"n": n}], folder / "a.csv"),
    "picture": lambda folder, n: write_picture(picture(n), folder / "a.png"),
    "report and summary": markdown,
    "section of a page": section,
    "result of a photo": face_result,
    "annotated video": video,
    "faces of a video .csv": tracks("csv"),
    "faces of a video .parquet": tracks("parquet"),
    "result of the benchmark": lambda folder, n: write_result(
        Result("a", n, "frozen", {}, "x"), folder / "a.json"
    ),
    "result of a backbone": lambda folder, n: write_submission(
        submission(n), folder / "benchmark.json"
    ),
    "page of a backbone": page_of_backbone,
    "manifest of masks": lambda folder, n: write_manifest(
        folder, "farl", [MaskRecord(n, [], [], "0" * 64)]
    ),
    "facts of a store": lambda folder, n: write_metainfo({"crop": n}, folder),
    "checkpoint .pth": checkpoint(".pth"),
    "checkpoint .safetensors": checkpoint(".safetensors"),
    "torch.save": lambda folder, n: save_atomically(torch.full((9,), n), folder / "a"),
    "checkpoint of training": lambda folder, n: AtomicBackend().put(
        bytes([n]) * 5000, folder / "iter_1.pth"
    ),
}
"""Those that write files; a new one belongs here."""
