"""Where the time of inference goes."""

from collections import Counter

from mcf.utils.tables import align

from .result import FaceResult

NETWORKS = ("landmarks", "parsing", "joint", "embedding")


class SpeedMeter:
    """Sums of the seconds of each step over results, the first ones left out.

    Args:
        warmup: Results that only warm up: caches fill, memory is taken.
    """

    def __init__(self, warmup: int = 0) -> None:
        self._warmup = warmup
        self._images = 0
        self._faces = 0
        self._seconds: Counter[str] = Counter()

    def add(self, result: FaceResult, writing: float = 0.0) -> None:
        """Count a result and what writing its files took."""
        if self._warmup > 0:
            self._warmup -= 1
            return
        self._images += 1
        self._faces += len(result)
        self._seconds.update(result.timings)
        self._seconds["write"] += writing

    @property
    def network_share(self) -> float:
        """Of the networks in the time from reading to results, without writing.

        Raises:
            ValueError: If nothing was measured.
        """
        total = self._seconds.total() - self._seconds["write"]
        if not total:
            raise ValueError("no result came after those that warm up")
        return sum(self._seconds[name] for name in NETWORKS) / total

    def table(self) -> str:
        """Milliseconds a face and share of each step, throughput below."""
        if not self._images:
            return "no times: no more images than those that warm up"
        share = self.network_share
        total = self._seconds.total()
        inferring = total - self._seconds["write"]
        faces = max(1, self._faces)
        rows = [("step", "ms a face", "share")]
        rows += [
            (step, f"{1000 * seconds / faces:.2f}", f"{seconds / inferring:.1%}")
            for step, seconds in self._seconds.items()
            if step != "write"
        ]
        rows.append(("all", f"{1000 * inferring / faces:.2f}", "100.0%"))
        summary = (
            f"{self._images} images, {self._faces} faces: "
            f"{self._images / inferring:.2f} images/s, "
            f"{self._faces / inferring:.2f} faces/s, networks {share:.1%}"
        )
        writing = 1000 * self._seconds["write"] / self._images
        if writing:
            summary += f"; writing files took {writing:.2f} ms an image more"
        return "\n".join([*align(rows), summary])
