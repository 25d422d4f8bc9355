"""Curves of a face in the image: what landmarks, labels and paint share."""

from dataclasses import dataclass

import numpy as np

from mcf.drawn_faces import planar
from mcf.drawn_faces.curves import ellipse, resample
from mcf.drawn_faces.parameters import FaceParameters
from mcf.drawn_faces.surface import HeadSurface

JAW_STEPS = 2  # jaw segments between two of the 33 contour landmarks


@dataclass(frozen=True)
class EyeCurves:
    """Eye in the image; lids and crease run from the outer to the inner corner."""

    upper: np.ndarray
    lower: np.ndarray
    crease: np.ndarray
    iris: np.ndarray
    pupil: np.ndarray

    @property
    def opening(self) -> np.ndarray:
        """Closed polygon between the lids."""
        return np.concatenate([self.upper, self.lower[::-1]])


@dataclass(frozen=True)
class BrowCurves:
    """Brow in the image; both edges run from the outer tip to the nose."""

    top: np.ndarray
    bottom: np.ndarray

    @property
    def outline(self) -> np.ndarray:
        """Closed polygon."""
        return np.concatenate([self.top, self.bottom[::-1]])


@dataclass(frozen=True)
class MouthCurves:
    """Lips in the image; all four curves run from image left to right."""

    outer_upper: np.ndarray
    inner_upper: np.ndarray
    inner_lower: np.ndarray
    outer_lower: np.ndarray

    @property
    def upper_lip(self) -> np.ndarray:
        """Closed polygon of the upper lip."""
        return np.concatenate([self.outer_upper, self.inner_upper[::-1]])

    @property
    def lower_lip(self) -> np.ndarray:
        """Closed polygon of the lower lip."""
        return np.concatenate([self.inner_lower, self.outer_lower[::-1]])

    @property
    def inner(self) -> np.ndarray:
        """Closed polygon of the opening between the lips."""
        return np.concatenate([self.inner_upper, self.inner_lower[::-1]])

    @property
    def outline(self) -> np.ndarray:
        """Closed polygon around both lips."""
        return np.concatenate([self.outer_upper, self.outer_lower[::-1]])


@dataclass(frozen=True)
class FaceGeometry:
    """All curves of a face as ``[N, 2]`` image positions in 0..1.

    Pairs are (image left, image right).

    Attributes:
        jaw: Contour from the left ear over the chin to the right ear.
        hairline: From the right temple over the forehead to the left temple.
        brows: Both brows.
        eyes: Both eyes.
        nose: Closed outline of the nose.
        nose_bridge: ``[4, 2]`` from between the eyes to the tip.
        nose_base: ``[5, 2]`` along the nostrils, left to right.
        mouth: Lips.
    """

    jaw: np.ndarray
    hairline: np.ndarray
    brows: tuple[BrowCurves, BrowCurves]
    eyes: tuple[EyeCurves, EyeCurves]
    nose: np.ndarray
    nose_bridge: np.ndarray
    nose_base: np.ndarray
    mouth: MouthCurves

    @property
    def face(self) -> np.ndarray:
        """Closed outline of the face: contour and hairline."""
        return np.concatenate([self.jaw, self.hairline])


def build_geometry(parameters: FaceParameters, surface: HeadSurface) -> FaceGeometry:
    """Lays all curves of a face on its head surface and projects them."""
    shape, expression = parameters.shape, parameters.expression
    jaw = resample(surface.jaw, 32 * JAW_STEPS + 1)
    outline = np.concatenate([jaw, planar.hairline(parameters.hair)])
    outline = surface.silhouette(outline, np.array([0.0, 0.3]), reach=0.5)
    nose, base = planar.nose(shape, surface.nose_base_y)
    ridge = np.stack([np.zeros(len(nose)), nose[:, 1]], axis=1)
    bridge = np.linspace((0.0, 0.02), (0.0, surface.nose_tip_y), 4)
    lids = [planar.eye(shape, expression, side) for side in (-1, 1)]
    brows = [planar.brow(shape, expression, side) for side in (-1, 1)]
    lips = planar.mouth(shape, expression, surface.mouth_y)
    curves = [bridge, base, *lips, *brows[0], *brows[1], *lids[0], *lids[1]]
    bridge, base, *placed = _place_all(surface, curves)
    irises = _irises(parameters, surface)
    return FaceGeometry(
        jaw=outline[: len(jaw)],
        hairline=outline[len(jaw) :],
        brows=(BrowCurves(*placed[4:6]), BrowCurves(*placed[6:8])),
        eyes=(
            EyeCurves(*placed[8:11], *irises[0]),
            EyeCurves(*placed[11:14], *irises[1]),
        ),
        nose=surface.silhouette(nose, ridge, reach=0.9),
        nose_bridge=bridge,
        nose_base=base,
        mouth=MouthCurves(*placed[:4]),
    )


def _place_all(surface: HeadSurface, curves: list[np.ndarray]) -> list[np.ndarray]:
    """Projects many planar curves at once."""
    ends = np.cumsum([len(curve) for curve in curves])[:-1]
    return np.split(surface.place(np.concatenate(curves)), ends)


def _irises(
    parameters: FaceParameters, surface: HeadSurface
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Outline and centre of both irises: flat discs at the depth of the eye."""
    shape, expression = parameters.shape, parameters.expression
    centres = [planar.pupil(shape, expression, side) for side in (-1, 1)]
    axes = shape.iris * np.eye(2, 3)
    return [
        (surface.project(ellipse(centre, axes, 32)), surface.project(centre))
        for centre in surface.lift(np.stack(centres))
    ]
