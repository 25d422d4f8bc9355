"""What a set of landmarks consists of, checked when it is declared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PointPair = tuple[tuple[int, ...], tuple[int, ...]]
"""Two groups of points; the distance between their means is a unit of length."""

BOX_NORMALISERS = ("box", "diag")
"""Units read off the face box instead of the points: sqrt(w h), sqrt(w² + h²)."""


@dataclass(frozen=True)
class LandmarkSchema:
    """A set of landmarks: count, names, groups, mirror pairs and normalisers.

    Names say ``left`` for the side that is left in the picture of a face seen from
    the front (the person's right), in every schema alike.

    Attributes:
        name: What the set is called; for the published ones also its module.
        count: Number of points, K.
        points: Name of each point, [K].
        groups: Parts of the face. Each point is in exactly one; the order within a
            group is that in which a curve through it is drawn.
        swap_pairs: Points that change places in a mirrored picture. All others lie
            on the midline.
        normalisers: Units of the normalised mean error by name, as two groups of
            points. Those of :data:`BOX_NORMALISERS` exist for every schema.

    Raises:
        ValueError: If the parts contradict each other, naming all contradictions.
    """

    name: str
    count: int
    points: tuple[str, ...]
    groups: Mapping[str, tuple[int, ...]]
    swap_pairs: tuple[tuple[int, int], ...]
    normalisers: Mapping[str, PointPair]

    def __post_init__(self) -> None:
        faults = _faults(self)
        if faults:
            raise ValueError(f"landmark schema {self.name!r}: " + "; ".join(faults))

    @property
    def midline(self) -> tuple[int, ...]:
        """Points that stay what they are in a mirrored picture."""
        paired = {index for pair in self.swap_pairs for index in pair}
        return tuple(index for index in range(self.count) if index not in paired)

    def flip_indices(self) -> list[int]:
        """For each point, the one that takes its place in a mirrored picture, [K]."""
        indices = list(range(self.count))
        for first, second in self.swap_pairs:
            indices[first], indices[second] = second, first
        return indices

    def normaliser(self, name: str) -> PointPair | str:
        """Rule of a unit: two groups of points, or a name in `BOX_NORMALISERS`.

        Raises:
            ValueError: If the schema has no unit of this name.
        """
        if name in BOX_NORMALISERS:
            return name
        if name not in self.normalisers:
            known = ", ".join((*self.normalisers, *BOX_NORMALISERS))
            raise ValueError(f"{self.name!r} has no normaliser {name!r}, only {known}")
        return self.normalisers[name]

    def metainfo(self, dataset_name: str | None = None) -> dict:
        """What mmpose's ``parse_pose_metainfo`` makes of such a set, as plain values.

        All points weigh the same. ``sigmas`` (of object keypoint similarity) are
        empty, as in mmpose's own face sets: nobody has measured them.

        Args:
            dataset_name: Name of the data set, where it is not that of the schema.
        """
        flipped = self.flip_indices()
        return {
            "dataset_name": dataset_name or self.name,
            "num_keypoints": self.count,
            "keypoint_id2name": dict(enumerate(self.points)),
            "keypoint_name2id": {name: i for i, name in enumerate(self.points)},
            "upper_body_ids": [],
            "lower_body_ids": [],
            "flip_indices": list(flipped),
            "flip_pairs": [(b, a) for a, b in enumerate(flipped) if a != b],
            "keypoint_colors": [[255, 128, 0]] * self.count,
            "num_skeleton_links": 0,
            "skeleton_links": [],
            "skeleton_link_colors": [],
            "dataset_keypoint_weights": [1.0] * self.count,
            "sigmas": [],
        }


def numbered_points(groups: Mapping[str, Sequence[int]]) -> tuple[str, ...]:
    """Point names made of group and position in it, ordered by index."""
    names = {
        index: f"{group}_{position}"
        for group, indices in groups.items()
        for position, index in enumerate(indices)
    }
    return tuple(names[index] for index in sorted(names))


def span(first: int, last: int) -> tuple[int, ...]:
    """Indices from ``first`` to ``last``, both included."""
    return tuple(range(first, last + 1))


def _faults(schema: LandmarkSchema) -> list[str]:
    every = set(range(schema.count))
    grouped = [index for group in schema.groups.values() for index in group]
    paired = [index for pair in schema.swap_pairs for index in pair]
    faults = []
    if len(schema.points) != schema.count:
        faults.append(f"{len(schema.points)} names for {schema.count} points")
    if len(set(schema.points)) != len(schema.points):
        faults.append(f"names occur twice: {_repeated(schema.points)}")
    if set(grouped) != every:
        faults.append(f"groups and points differ in {sorted(set(grouped) ^ every)}")
    if _repeated(grouped):
        faults.append(f"points are in two groups: {_repeated(grouped)}")
    if not set(paired) <= every:
        faults.append(f"pairs of no points: {sorted(set(paired) - every)}")
    if _repeated(paired):
        faults.append(f"points are paired twice: {_repeated(paired)}")
    for name, (first, second) in schema.normalisers.items():
        if not first or not second or not {*first, *second} <= every:
            faults.append(f"normaliser {name!r} needs points of 0..{schema.count - 1}")
        elif set(first) & set(second):
            faults.append(f"normaliser {name!r} measures from a point to itself")
        if name in BOX_NORMALISERS:
            faults.append(f"the name {name!r} is taken by a unit of the box")
    return faults


def _repeated(values: Sequence) -> list:
    return sorted({value for value in values if values.count(value) > 1})
