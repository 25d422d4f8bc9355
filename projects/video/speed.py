"""Frames a second of ``mcf infer`` over drawn videos, files and all."""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import cv2

from mcf.inference import FaceInferencer
from mcf.inference.to_folder import infer_to_folder
from mcf.inference.video_files import VideoOutput
from projects.video import clips


def write(path: Path, frames: Iterator[clips.Frame]) -> None:
    """Make a video file of drawn frames."""
    codec = cv2.VideoWriter_fourcc(*"mp4v")
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, codec, clips.RATE, clips.SIZE)
    for image, _ in frames:
        writer.write(image)
    writer.release()


def measure(path: Path, folder: Path, output: VideoOutput) -> str:
    """A line about analysing a video, with the load that others put on the machine."""
    inferencer = FaceInferencer()
    next(inferencer.track(path))  # warms up
    load = os.getloadavg()[0]
    wall, busy = time.perf_counter(), time.process_time()
    summary = infer_to_folder(inferencer, [path], folder, tracks=output)
    wall, busy = time.perf_counter() - wall, time.process_time() - busy
    count = summary.images
    return (
        f"{path.stem}: {count} frames, {summary.faces / count:.1f} faces: "
        f"{count / wall:.1f} frames/s, {1000 * busy / count:.1f} ms of processor time "
        f"a frame, load before {load:.1f}"
    )


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each video")
    args = parser.parse_args(argv)
    videos = dict(
        one=clips.swinging(5, args.seconds), five=clips.several(5, args.seconds)
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, frames in videos.items():
            path = Path(folder) / f"{name}.mp4"
            write(path, frames)
            for video in (True, False):
                out = Path(folder) / f"{name}-{video}"
                line = measure(path, out, VideoOutput(video=video))
                print(line, "" if video else "(table only)", flush=True)


if __name__ == "__main__":
    main()
