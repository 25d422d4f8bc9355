"""Results as numbers that can be compared: means over seeds, curves over images."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, stdev

from projects.mini_benchmark.results import Result


@dataclass(frozen=True)
class Estimate:
    """Mean of a score over seeds.

    Attributes:
        values: One number a seed.
    """

    values: tuple[float, ...]

    def __str__(self) -> str:
        """``mean ± sd``; a single seed has no deviation, no seed is a dash."""
        if not self.values:
            return "–"
        text = f"{mean(self.values):.2f}"
        return f"{text} ± {stdev(self.values):.2f}" if len(self.values) > 1 else text


def estimate(
    results: Sequence[Result], arm: str, evaluation: str, score: str
) -> Estimate:
    """A score of an arm over the seeds that have it."""
    return Estimate(
        tuple(
            result.scores[score]
            for result in results
            if (result.arm, result.evaluation) == (arm, evaluation)
            and score in result.scores
        )
    )


@dataclass(frozen=True)
class Curve:
    """A probe's score while one arm trains, with one seed.

    Attributes:
        arm: Name of the arm.
        images: Seen by the encoder at each point.
        flops: Spent on training at each point.
        scores: At each point.
    """

    arm: str
    images: tuple[int, ...]
    flops: tuple[float, ...]
    scores: tuple[float, ...]


def curves(results: Sequence[Result], score: str) -> list[Curve]:
    """Curves of all pre-trainings that had this probe."""
    found = []
    for result in results:
        points = [p for p in result.curve or [] if score in p["scores"]]
        if points:
            images = tuple(point["images"] for point in points)
            each = result.scores.get("flops_per_image", 0.0)
            found.append(
                Curve(
                    arm=result.arm,
                    images=images,
                    flops=tuple(each * count for count in images),
                    scores=tuple(point["scores"][score] for point in points),
                )
            )
    return found
