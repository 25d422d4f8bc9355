"""Measure face preparation: share of the detector, scaling, memory, reading back.

CPU seconds are used where one process is measured, so that other load on the machine
hardly matters; scaling needs an idle machine.
"""

import argparse
import importlib
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import mcf  # noqa: F401  first, so that host packages import on any machine

# isort: split
import cv2
import numpy as np

from mcf.datasets import decode_image, open_store
from mcf.datasets.stores import pack_lmdb
from mcf.preparation.detectors import RetinaFace
from mcf.preparation.job import Job
from mcf.preparation.prepare import Workforce, prepare
from mcf.preparation.recipes import get_recipe
from mcf.preparation.records import SourceImage
from mcf.preparation.sources import Source, open_source
from mcf.preparation.unit import Parts, prepare_unit

LIMITS = dict(min_size=1, max_pixels=10**8, max_aspect=100.0)
MIB = 2**20


def parse_args() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", help="as of prepare_faces.py run")
    parser.add_argument("--images", type=int, default=200, help="at most so many")
    parser.add_argument("--max-side", type=int, default=1024)
    parser.add_argument("--workers", type=int, nargs="*", default=[])
    parser.add_argument("--rounds", type=int, default=3)
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


def memory(job: Job, rounds: int) -> None:
    find, unit = job.detector.open(), job.source.unit(0)
    print("memory of a worker after each pass, MiB:", end=" ")
    with tempfile.TemporaryDirectory() as folder:
        for index in range(3 * rounds):
            parts = Parts(Path(folder) / str(index))
            prepare_unit(job, unit, find, parts, poison={}, begin=lambda _: None)
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"{peak:.0f}", end=" ")
    print()


def scaling(job: Job, images: int, workers: list[int]) -> None:
    for number in workers:
        with tempfile.TemporaryDirectory() as folder:
            start = time.monotonic()
            prepare(job, Path(folder) / "all", workforce=Workforce(number))
            seconds = time.monotonic() - start
        print(f"{number} workers: {images / seconds:.1f} images/s, start included")


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
    memory(job, args.rounds)
    reading(job, args.rounds)
    scaling(job, len(images), args.workers)


if __name__ == "__main__":
    main()
