"""How still a still face stays, and how late a moving one comes, by setting.

The networks run once over each drawn video; the settings are tried on what they found.
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import product

import mcf  # noqa: F401  first: it lets the host libraries import

# isort: split
import numpy as np

from mcf.inference import FaceInferencer, OneEuro, TrackSettings
from mcf.inference.smoothing import USUAL, smooth
from mcf.inference.tracking import side
from mcf.utils.tables import markdown_table
from projects.video import clips

MIN_CUTOFFS = (0.3, 0.5, 1.0, 2.0)
BETAS = (0.0, 3.0, 10.0, 30.0)
CORNERS = (36, 45)
MOUTH = slice(48, 68)
SETTLED = 12
"""Frames after which the filter has forgotten its start."""
Clip = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Points found [T,68,2], true ones, and sides of the box [T]."""


def follow(inferencer: FaceInferencer, frames: Iterator[clips.Frame]) -> Clip:
    """What is found in a video of one face, without smoothing.

    Raises:
        ValueError: If the face is not found throughout.
    """
    truths: list[np.ndarray] = []

    def images() -> Iterator[np.ndarray]:
        for image, points in frames:
            truths.append(points[0])
            yield image

    found, sides = [], []
    settings = TrackSettings(smoothing=None)
    for frame in inferencer.track(images(), settings=settings, rate=clips.RATE):
        if frame.ids != (1,):
            raise ValueError(f"frame {frame.number} has the faces {frame.ids}")
        found.append(frame.result.landmarks.points[0])
        sides.append(side(frame.result.boxes[0]))
    return np.stack(found), np.stack(truths), np.array(sides)


def smoothed(clip: Clip, settings: OneEuro | None) -> np.ndarray:
    """Points [T,68,2] of a clip under a setting."""
    found, _, sides = clip
    if settings is None:
        return found
    state, points = None, []
    for one, size in zip(found, sides.tolist()):
        state = smooth(state, one, seconds=1 / clips.RATE, side=size, settings=settings)
        points.append(state.points)
    return np.stack(points)


def jitter(points: np.ndarray) -> float:
    """Root mean square of a point's move from frame to frame, pixels."""
    steps = np.diff(points[SETTLED:], axis=0)
    return float(np.sqrt(np.square(steps).sum(axis=-1).mean()))


def lag(points: np.ndarray, truth: np.ndarray) -> float:
    """Milliseconds by which points follow the truth, least squares to first order.

    Constant offsets of the network do not count.
    """
    speed = np.gradient(truth, 1 / clips.RATE, axis=0)[SETTLED:]
    late = (truth - points)[SETTLED:]
    late = late - late.mean(axis=0)
    speed = speed - speed.mean(axis=0)
    return 1000 * float((late * speed).sum() / np.square(speed).sum())


def error(points: np.ndarray, truth: np.ndarray) -> float:
    """Mean distance by that of the outer corners of the eyes, percent."""
    first, last = CORNERS
    unit = np.linalg.norm(truth[:, first] - truth[:, last], axis=-1).max()
    return 100 * float(np.linalg.norm(points - truth, axis=-1)[SETTLED:].mean()) / unit


def measure(faces: int, seconds: float) -> list[tuple[str, ...]]:
    """Rows of the table: a setting and its measures, means over the faces."""
    inferencer = FaceInferencer()
    kinds: dict[str, Callable[[int, float], Iterator[clips.Frame]]] = dict(
        still=clips.still, swinging=clips.swinging, turning=clips.turning
    )
    found = {
        kind: [follow(inferencer, make(seed, seconds)) for seed in range(faces)]
        for kind, make in kinds.items()
    }
    grid = [None, *(OneEuro(*pair) for pair in product(MIN_CUTOFFS, BETAS))]
    rows = []
    for settings in grid:
        points = {k: [smoothed(c, settings) for c in found[k]] for k in kinds}
        truth = {k: [c[1] for c in found[k]] for k in kinds}

        def mean(measured: Callable, kind: str, part: slice = slice(None)) -> float:
            pairs = zip(points[kind], truth[kind])  # noqa: B023
            return float(np.mean([measured(p[:, part], t[:, part]) for p, t in pairs]))

        name = "none" if settings is None else _name(settings)
        rows.append(
            (
                name,
                f"{mean(lambda p, _: jitter(p), 'still'):.2f}",
                f"{mean(lag, 'swinging'):.0f}",
                f"{mean(lag, 'turning'):.0f}",
                f"{mean(lag, 'turning', MOUTH):.0f}",
                *(f"{mean(error, kind):.2f}" for kind in kinds),
            )
        )
    return rows


def _name(settings: OneEuro) -> str:
    name = f"{settings.min_cutoff:g} Hz, beta {settings.beta:g}"
    return f"**{name}**" if settings == USUAL else name


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    args = parser.parse_args(argv)
    head = (
        "smoothing",
        "jitter, still (px)",
        "lag, swinging (ms)",
        "lag, turning (ms)",
        "lag, its mouth (ms)",
        "NME % still",
        "swinging",
        "turning",
    )
    rows = measure(args.faces, args.seconds)
    print("\n".join(markdown_table(head, rows, numbers=True)))


if __name__ == "__main__":
    main()
