"""One synthetic face: picture, landmarks and label map."""

from dataclasses import dataclass

import numpy as np

from mcf.drawn_faces.backdrop import paint_backdrop
from mcf.drawn_faces.beard import paint_beard
from mcf.drawn_faces.body import paint_body, paint_ears
from mcf.drawn_faces.brows import paint_brows
from mcf.drawn_faces.camera import develop
from mcf.drawn_faces.canvas import Canvas
from mcf.drawn_faces.eyes import paint_eyes
from mcf.drawn_faces.geometry import build_geometry
from mcf.drawn_faces.glasses import paint_glasses
from mcf.drawn_faces.hair import paint_back_hair, paint_front_hair
from mcf.drawn_faces.hair_sheet import build_sheet
from mcf.drawn_faces.labels import Label
from mcf.drawn_faces.landmarks import landmarks68, landmarks98
from mcf.drawn_faces.mouth import paint_mouth
from mcf.drawn_faces.nose import paint_nose
from mcf.drawn_faces.occluder import hidden, occluder_shapes, paint_occluder
from mcf.drawn_faces.parameters import FaceParameters
from mcf.drawn_faces.sampling import sample_parameters
from mcf.drawn_faces.skin import skin_image
from mcf.drawn_faces.surface import HeadSurface

SMALLEST_SIZE = 16


@dataclass(frozen=True)
class SyntheticFace:
    """A drawn face with exact annotations.

    Pixel centres are at integers: a point at the fraction p of the image's
    width has the coordinate ``p * size - 0.5``.

    Attributes:
        image: ``[H, W, 3]`` uint8, RGB.
        landmarks68: ``[68, 2]`` float32 (x, y) in pixels, order of 300W.
        landmarks98: ``[98, 2]`` float32 (x, y) in pixels, order of WFLW.
        mask: ``[H, W]`` uint8, the 11 classes of LaPa (see ``Label``). Glasses
            and beards keep the class below them; ears, neck, clothes and
            occluding things are background.
        occluded68: ``[68]`` bool, points behind an occluding thing.
        occluded98: ``[98]`` bool, the same for the other set.
        parameters: What was drawn.
    """

    image: np.ndarray
    landmarks68: np.ndarray
    landmarks98: np.ndarray
    mask: np.ndarray
    occluded68: np.ndarray
    occluded98: np.ndarray
    parameters: FaceParameters


def draw_face(seed: int, size: int = 128) -> SyntheticFace:
    """Draws the face of a seed; another size gives the same face.

    Args:
        seed: Non-negative integer that decides everything about the face.
        size: Height and width of the image, pixels.

    Raises:
        ValueError: If the seed is negative or the size below 16.
    """
    return render_face(sample_parameters(seed), size=size)


def render_face(parameters: FaceParameters, *, size: int = 128) -> SyntheticFace:
    """Draws a described face, for example one with a changed expression.

    Args:
        parameters: Description, often ``dataclasses.replace`` of a sampled one.
        size: Height and width of the image, pixels.

    Raises:
        ValueError: If the size is below 16.
    """
    if size < SMALLEST_SIZE:
        raise ValueError(f"size must be >= {SMALLEST_SIZE} pixels, got {size}")
    surface = HeadSurface(parameters.shape, parameters.expression, parameters.pose)
    geometry = build_geometry(parameters, surface)
    sheet = build_sheet(parameters, surface)
    shapes = occluder_shapes(parameters, surface, geometry)
    canvas = Canvas(size)
    skin = skin_image(parameters, surface, canvas.side)
    paint_backdrop(canvas, parameters)
    paint_back_hair(canvas, parameters, surface, sheet)
    paint_body(canvas, parameters, surface)
    if sheet is None:
        skull = surface.skull_outline()
        canvas.blend(canvas.cover(skull), skin)
        canvas.mark(skull, Label.SKIN)
    paint_ears(canvas, parameters, surface, skin)
    canvas.blend(canvas.cover(geometry.face), skin)
    canvas.mark(geometry.face, Label.SKIN)
    paint_beard(canvas, parameters, surface, geometry)
    paint_nose(canvas, parameters, geometry)
    paint_mouth(canvas, parameters, geometry)
    paint_eyes(canvas, parameters, geometry)
    paint_brows(canvas, parameters, geometry)
    paint_glasses(canvas, parameters, surface)
    paint_front_hair(canvas, parameters, sheet)
    paint_occluder(canvas, parameters, shapes)
    points68, points98 = landmarks68(geometry), landmarks98(geometry)
    return SyntheticFace(
        image=develop(canvas.finished_image(), parameters),
        landmarks68=(points68 * size - 0.5).astype(np.float32),
        landmarks98=(points98 * size - 0.5).astype(np.float32),
        mask=canvas.finished_labels(),
        occluded68=hidden(points68, shapes),
        occluded98=hidden(points98, shapes),
        parameters=parameters,
    )
