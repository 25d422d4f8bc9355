"""Which images and faces are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Filters:
    """Limits; None asks nothing.

    Attributes:
        min_size: Least shorter side of the box in pixels of the source image.
        min_score: Least confidence of the detector.
        min_sharpness: Least :func:`~mcf.preparation.measures.sharpness`.
        max_roll: Most degrees of tilt.
        max_turn: Most turn, see :func:`~mcf.preparation.measures.roll_and_turn`.
        max_outside: Largest share of the crop outside the image.
        columns: For columns of the source the values to accept, as text. An image
            without the column is refused.
    """

    min_size: float | None = 40
    min_score: float | None = 0.8
    min_sharpness: float | None = None
    max_roll: float | None = None
    max_turn: float | None = None
    max_outside: float | None = 0.3
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def refuse_image(self, columns: Mapping[str, str]) -> str:
        """Why the source's columns rule an image out, as ``kind: detail``, or ''."""
        for name, accepted in self.columns.items():
            if name not in columns:
                return f"column {name}: missing"
            if columns[name] not in accepted:
                return f"column {name}: {columns[name]}"
        return ""

    def refuse_face(self, measures: Mapping[str, float | None]) -> str:
        """Why a face is ruled out, or ''. Unknown numbers pass."""
        limits = (
            ("small", "size", self.min_size, -1),
            ("low score", "score", self.min_score, -1),
            ("tilted", "roll", self.max_roll, 1),
            ("turned away", "turn", self.max_turn, 1),
            ("cut off", "outside", self.max_outside, 1),
            ("blurred", "sharpness", self.min_sharpness, -1),
        )
        for reason, name, limit, sign in limits:
            value = measures.get(name)
            if limit is None or value is None:
                continue
            if sign * (abs(value) if sign > 0 else value) > sign * limit:
                return f"{reason}: {name} {value:.4g}, limit {limit:g}"
        return ""
