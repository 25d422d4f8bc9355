"""The head as a smooth surface: depth, rotation, projection."""

import numpy as np

from mcf.drawn_faces.curves import smooth_curve
from mcf.drawn_faces.parameters import Expression, Pose, Shape

PIVOT = np.array([0.0, 0.05, -0.1])  # the point that stays put when the head turns
SKULL_CENTRE = np.array([0.0, -0.47, -0.48])
SKULL_RADII = np.array([1.03, 1.05, 1.2])


class HeadSurface:
    """Canonical head surface and its scaled orthographic projection.

    A face is drawn as planar curves (x, y) in head units, seen from the front.
    ``place`` lifts them to the surface, rotates and projects them, so that
    outlines, landmarks, labels and paint foreshorten together.

    Args:
        shape: Proportions.
        expression: Opening of the mouth, which lowers the jaw.
        pose: Rotation and placement.
    """

    def __init__(self, shape: Shape, expression: Expression, pose: Pose) -> None:
        self.shape = shape
        self.pose = pose
        self.nose_tip_y = shape.nose_length
        self.nose_base_y = shape.nose_length + 0.13
        self.chin_y = shape.chin_y + 0.45 * expression.mouth_open
        below_nose = shape.chin_y - self.nose_base_y
        self.mouth_y = self.nose_base_y + shape.mouth_place * below_nose - 0.03
        self.rotation = rotation_matrix(pose.yaw, pose.pitch, pose.roll)
        self._centre = np.array([pose.x, pose.y])
        self.jaw = self._jaw_curve()
        right = self.jaw[len(self.jaw) // 2 :][::-1]
        top = np.linspace(-1.75, right[0, 1] - 0.05, 24)
        crown = np.sqrt(np.clip(1 - ((top + 0.1) / 1.7) ** 2, 0.02, 1))
        self._width_y = np.concatenate([top, right[:, 1]])
        self._width_x = np.concatenate([crown * right[0, 0], right[:, 0]])

    def _jaw_curve(self) -> np.ndarray:
        """Frontal contour from the left ear over the chin to the right ear."""
        shape, chin_y = self.shape, self.chin_y
        half = np.array(
            [
                (1.0, -0.12),
                (0.995, 0.25),
                (0.5 + 0.53 * shape.jaw, 0.68),
                (shape.jaw, 0.62 * chin_y),
                (0.5 * (shape.jaw + shape.chin), 0.85 * chin_y),
                (shape.chin, 0.965 * chin_y),
            ]
        )
        knots = np.concatenate([half * (-1, 1), [(0.0, chin_y)], half[::-1]])
        return smooth_curve(knots, steps=10)

    def depth(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Height of the surface towards the viewer.

        Args:
            x: Horizontal position, broadcast against ``y``.
            y: Vertical position.

        Returns:
            Depth in head units.
        """
        width = np.interp(y, self._width_y, self._width_x)
        width = np.maximum(width, 0.35)
        across = np.abs(x) / width
        bend = 1 - np.sqrt(1 - 0.95 * np.minimum(across, 1.0) ** 2)
        height = 0.76 - 0.26 * ((y - 0.35) / 1.5) ** 2
        # The jaw line comes forward steadily from the ear to the chin.
        below = np.clip((self.chin_y - y) / (self.chin_y - 0.1), 0.0, 1.0)
        height = height - 0.95 * np.minimum(width, 1.0) ** 0.5 * below**0.7 * bend
        height = height - 0.6 * np.clip(across - 1, 0.0, 0.5)
        return height + self._features(x, y) + self._nose(x, y)

    def _features(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        shape, side = self.shape, np.abs(x)
        mouth = _bump(side / 0.34)
        total = 0.05 * _bump((y - shape.brow_y - 0.04) / 0.13) * _bump(side / 0.75)
        total = total - 0.15 * _bump((side - shape.eye_x + 0.05) / 0.27) * _bump(
            (y - 0.02) / 0.2
        )
        total = total + 0.08 * _bump((side - shape.eye_x) / 0.17) * _bump(y / 0.13)
        total = total + 0.06 * _bump((side - 0.6) / 0.26) * _bump((y - 0.5) / 0.24)
        total = total + 0.06 * _bump((y - self.mouth_y) / 0.2) * mouth
        total = total - 0.05 * _bump((y - self.mouth_y - 0.27) / 0.08) * mouth
        total = total + 0.09 * _bump(x / 0.27) * _bump((y - self.chin_y + 0.17) / 0.17)
        philtrum = _bump((y - self.nose_base_y - 0.1) / 0.09)
        return total - 0.025 * _bump(x / 0.045) * philtrum

    def _nose(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        shape, tip = self.shape, self.nose_tip_y
        along = np.clip((y + 0.2) / (tip + 0.2), 0.0, 1.0)
        drop = _step((self.nose_base_y + 0.05 - y) / 0.17)
        ridge = (0.06 + 0.7 * along**1.5) * _step((y + 0.4) / 0.45) * drop
        width = 0.1 + 0.4 * (shape.nose_width - 0.1) * along**2
        ball = _bump(x / 0.14) * _bump((y - tip) / 0.13)
        wing = _bump((np.abs(x) - 0.7 * shape.nose_width) / 0.085)
        wing = wing * _bump((y - tip - 0.02) / 0.1)
        ridge = shape.nose_height * (ridge * _bump(x / width) + 0.3 * ball)
        return ridge + 0.12 * wing

    def lift(self, points: np.ndarray) -> np.ndarray:
        """``[..., 2]`` planar points to ``[..., 3]`` points of the surface."""
        x, y = points[..., 0], points[..., 1]
        return np.stack([x, y, self.depth(x, y)], axis=-1)

    def project(self, points: np.ndarray) -> np.ndarray:
        """``[..., 3]`` head points to ``[..., 2]`` image positions in 0..1."""
        turned = (points - PIVOT) @ self.rotation[:2].T
        return self._centre + self.pose.scale * turned

    def place(self, points: np.ndarray) -> np.ndarray:
        """``[..., 2]`` planar points to ``[..., 2]`` image positions in 0..1."""
        return self.project(self.lift(points))

    def silhouette(
        self, points: np.ndarray, middle: np.ndarray, *, reach: float
    ) -> np.ndarray:
        """Visible outline of a bulging region when the head is turned.

        Every outline point may slide towards ``middle`` along the surface; the
        place that is seen furthest out is the visible outline, which is how
        contour landmarks are annotated on turned heads.

        Args:
            points: ``[N, 2]`` planar outline, as seen from the front.
            middle: ``[2]`` or ``[N, 2]`` planar points to slide to.
            reach: Largest share of the way that a point may slide.

        Returns:
            ``[N, 2]`` image positions.
        """
        middle = np.broadcast_to(middle, points.shape)
        # The last share is the middle itself: one call places everything.
        share = np.append(np.linspace(0.0, reach, 12), 1.0)[:, None, None]
        *placed, inner = self.place(points + share * (middle - points))
        placed = np.stack(placed)
        outward = placed[0] - inner
        best = (placed * outward).sum(axis=2).argmax(axis=0)
        return placed[best, np.arange(len(points))]

    def skull_outline(self, growth: np.ndarray | float = 0.0) -> np.ndarray:
        """Outline of the skull ellipsoid, ``[96, 2]`` in the image.

        Starts at the right (of the head, upright) and runs clockwise: over the
        bottom first.

        Args:
            growth: Added thickness, head units; one value or one for each point.
        """
        spread = (self.rotation * SKULL_RADII**2) @ self.rotation.T
        root = np.linalg.cholesky(spread[:2, :2])
        angle = np.linspace(0.0, 2 * np.pi, 96, endpoint=False) + self.pose.roll
        direction = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        # Support point of the ellipse for every outward direction.
        reach = np.linalg.norm(direction @ root, axis=1, keepdims=True)
        outline = direction @ (root @ root.T) / reach
        outline = outline + np.reshape(growth, (-1, 1)) * direction
        centre = self.project(SKULL_CENTRE)
        return centre + self.pose.scale * outline


def rotation_matrix(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """``[3, 3]`` rotation: yaw, then pitch, then roll (see ``Pose``)."""
    cos, sin = np.cos(yaw), np.sin(yaw)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    cos, sin = np.cos(pitch), np.sin(pitch)
    bow = np.array([[1, 0, 0], [0, cos, sin], [0, -sin, cos]])
    cos, sin = np.cos(roll), np.sin(roll)
    tilt = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    return tilt @ bow @ turn


def _bump(x: np.ndarray) -> np.ndarray:
    return np.exp(-(x**2))


def _step(x: np.ndarray) -> np.ndarray:
    x = np.clip(x, 0.0, 1.0)
    return x * x * (3 - 2 * x)
