"""One annotated face, as all benchmarks' files are read into."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class FaceAnnotation:
    """Landmarks of one face.

    Attributes:
        source: Where they are written (file, line), for messages and result files;
            unique in its split.
        image: Image, relative to the root; several faces may share it.
        points: [K,2], x and y, zero-based: the first pixel's centre is (0, 0).
        box: Annotated face box [4] (see :mod:`mcf.crops.boxes`), if any.
        visible: [K], False where the point is hidden or unlabelled; None is all True.
        subsets: Published subsets of the test set that it is in, besides ``full``.
    """

    source: str
    image: str
    points: np.ndarray
    box: np.ndarray | None = None
    visible: np.ndarray | None = None
    subsets: tuple[str, ...] = ()

    def faults(self, count: int, *, with_box: bool = True) -> list[str]:
        """Why the annotation is unusable.

        Args:
            count: Points of the schema.
            with_box: Whether the annotated box matters.

        Returns:
            Sentences for messages; empty if it is fine.
        """
        if len(self.points) != count:
            had = len(self.points) or "no"
            return [f"has {had} points, but {count} are expected"]
        faults = []
        broken = np.flatnonzero(~np.isfinite(self.points).all(axis=1))
        if broken.size:
            faults.append(f"points {broken.tolist()} are not finite numbers")
        elif (np.ptp(self.points, axis=0) == 0).all():
            faults.append(f"all points are the same, {self.points[0].tolist()}")
        if (
            with_box
            and self.box is not None
            and not (
                np.isfinite(self.box).all() and (self.box[2:] > self.box[:2]).all()
            )
        ):
            faults.append(f"box {self.box.tolist()} has no size")
        return faults
