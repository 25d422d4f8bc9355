"""Measure face preparation: share of the detector, reading back, scaling, memory.

CPU seconds are used where one process is measured, so that other load on the machine
hardly matters; --workers needs an idle machine.
"""

import argparse
import contextlib
import importlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mcf  # noqa: F401  first, so that host packages import on any machine

# isort: split
import cv2
import numpy as np

from mcf.crops.recipes import get_recipe
from mcf.datasets import decode_image, open_store
from mcf.datasets.stores import IMAGE_SUFFIXES, pack_lmdb
from mcf.detection import RetinaFace
from mcf.detection.source_image import SourceImage
from mcf.preparation.job import Job
from mcf.preparation.prepare import Workforce, prepare
from mcf.preparation.sources import Source, open_source
from mcf.preparation.unit import Parts, prepare_unit
from mcf.utils.command import run_command

LIMITS = dict(min_size=1, max_pixels=10**8, max_aspect=100.0)
MIB = 2**20
SCALE = (20_000_000, 400_000_000)
TOOL = Path(__file__).with_name("prepare_faces.py")


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="folder of photos")
    parser.add_argument("--images", type=int, default=200, help="at most so many")
    parser.add_argument("--max-side", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--workers",
        type=int,
        nargs="*",
        default=[],
        help="also run the whole command with so many processes",
    )
    parser.add_argument(
        "--long", type=int, default=5000, help="images of such a run, by repetition"
    )
    return parser.parse_args()


def measure(work: Callable[[], object], rounds: int) -> float:
    """Least CPU seconds of some rounds."""
    spent = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def package_detector(max_side: int) -> Callable[[np.ndarray], object]:
    """The package's own function on one thread, on images shrunk beforehand."""
    import onnxruntime
    import retinaface

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    weights = importlib.import_module("retinaface.weights").WEIGHTS
    retinaface.ONNX_SESSION = onnxruntime.InferenceSession(weights, options)

    def detect(image: np.ndarray) -> object:
        scale = min(1.0, max_side / max(image.shape[:2]))
        size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
        return retinaface.detect_faces(cv2.resize(image, size)[..., ::-1])

    return detect


def share_of_detection(job: Job, images: list[SourceImage], rounds: int) -> None:
    pixels = [decode_image(image.data, **LIMITS) for image in images]
    package, find = package_detector(job.detector.max_side), job.detector.open()
    unit = job.source.unit(0)
    with tempfile.TemporaryDirectory() as folder:

        def whole() -> None:
            parts = Parts(Path(folder))
            parts.rows(0).unlink(missing_ok=True)
            prepare_unit(job, unit, find, parts, poison={}, begin=lambda _: None)

        seconds = {
            "package's function": measure(lambda: [*map(package, pixels)], rounds),
            "detector alone": measure(
                lambda: [find(x, y) for x, y in zip(pixels, images)], rounds
            ),
            "decode alone": measure(
                lambda: [decode_image(x.data, **LIMITS) for x in images], rounds
            ),
            "end to end": measure(whole, rounds),
        }
    megapixels = np.mean([x.shape[0] * x.shape[1] for x in pixels]) / 1e6
    print(f"{len(images)} images of {megapixels:.2f} megapixels on average")
    for name, value in seconds.items():
        print(f"{name:20} {1e3 * value / len(images):7.2f} ms CPU an image")
    package_share = seconds["package's function"] / seconds["end to end"]
    own_share = seconds["detector alone"] / seconds["end to end"]
    print(f"end to end has {package_share:.0%} of the rate of the package's function,")
    print(f"{own_share:.0%} of the rate of the detector alone")


def repeat(source: str, count: int, folder: Path) -> str:
    """Folder of as many files as wanted: those of another one, again and again."""
    files = sorted(x.resolve() for x in Path(source).iterdir())
    files = [file for file in files if file.suffix in IMAGE_SUFFIXES]
    folder.mkdir()
    for number in range(count):
        file = files[number % len(files)]
        (folder / f"{number:08d}{file.suffix}").symlink_to(file)
    return str(folder)


def long_run(source: str, images: int, workers: int, max_side: int) -> None:
    """The whole command on a long input: its rate, and memory as it goes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(TOOL), "run", source, folder, "--unit-size=100"]
        options = [f"--workers={workers}", f"--max-side={max_side}"]
        samples, spent, start = [], {}, time.monotonic()
        driver = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        while driver.poll() is None:
            done = len(list(Path(folder).glob("work/parts/[0-9]*.parquet"))) * 100
            below = descendants(driver.pid)
            for pid in (driver.pid, *below):
                spent[pid] = max(spent.get(pid, 0), cpu_seconds(pid))
            largest = max(map(resident, below), default=0)
            samples.append((done, resident(driver.pid), largest))
            time.sleep(0.2)
        seconds = time.monotonic() - start
    if driver.returncode:
        sys.exit(f"the run ended with code {driver.returncode}")
    cost = sum(spent.values()) / images
    print(
        f"{workers} workers: {images / seconds:.1f} images/s, start and store included;"
        f" {1e3 * cost:.2f} ms CPU an image in all processes"
    )
    for number in SCALE:
        hours = number * cost / 3600
        print(f"  {number / 1e6:.0f} million such images: {hours:,.0f} core-hours")
    for share in (0.1, 0.25, 0.5, 0.75, 1):
        done, mine, largest = next(x for x in samples if x[0] >= share * images)
        print(f"  after {done:,}: driver {mine} MiB, largest worker {largest} MiB")


def resident(pid: int) -> int:
    """Memory of a process in MiB, 0 if it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // MIB


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has taken, 0 if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def descendants(pid: int) -> list[int]:
    """Processes below one."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *descendants(child)]
    return found


def reading(job: Job, rounds: int) -> None:
    """Shuffled decoding from tar and LMDB, against decoding from memory."""
    with tempfile.TemporaryDirectory() as folder:
        prepare(job, folder, workforce=Workforce(len(os.sched_getaffinity(0))))
        tar = open_store(Path(folder) / "faces")
        pack_lmdb(tar, Path(folder) / "lmdb")
        order = np.random.default_rng(0).permutation(len(tar)).tolist()
        encoded = [tar.read(i) for i in order]
        raw = measure(lambda: [decode_image(x, **LIMITS) for x in encoded], rounds)
        print(f"decoding from memory: {len(tar) / raw:.0f} faces per CPU second")
        for name, store in ("tar", tar), ("lmdb", open_store(Path(folder) / "lmdb")):
            spent = measure(
                lambda s=store: [decode_image(s.read(i), **LIMITS) for i in order],
                rounds,
            )
            print(f"shuffled from {name}: {raw / spent:.0%} of that")


def first_images(source: Source, count: int) -> list[SourceImage]:
    images = []
    for image in source.images(source.unit(0)):
        images.append(image)
        if len(images) == count:
            break
    return images


def main() -> None:
    args = parse_args()
    cv2.setNumThreads(1)
    job = Job(
        open_source(args.source, unit_size=args.images),
        RetinaFace(max_side=args.max_side),
        get_recipe("square"),
    )
    images = first_images(job.source, args.images)
    share_of_detection(job, images, args.rounds)
    reading(job, args.rounds)
    with tempfile.TemporaryDirectory() as folder:
        for workers in args.workers:
            source = repeat(args.source, args.long, Path(folder) / str(workers))
            long_run(source, args.long, workers, args.max_side)


if __name__ == "__main__":
    sys.exit(run_command(main))
