"""Crop recipes: named and versioned data that say how a face is cut out."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple

import cv2
import numpy as np

from mcf.crops.face import Face
from mcf.crops.geometry import (
    FIVE_POINT_TEMPLATE,
    box_to_crop,
    denormalise_points,
    estimate_similarity,
)
from mcf.crops.shrink import average_blocks
from mcf.utils.declared import crop_recipe

BORDERS = {"reflect": cv2.BORDER_REFLECT_101, "black": cv2.BORDER_CONSTANT}
MAX_SHRINK = 64


@dataclass(frozen=True)
class CropRecipe:
    """How a face becomes a square picture; what is stored with it reproduces it.

    Change a number only together with the version.

    Attributes:
        name: What it is called.
        version: Counts changes of what it does.
        kind: Rule that gives the matrix, a key of :data:`KINDS`.
        parameters: Numbers of the rule.
        size: Side of the crop in pixels.
        border: What lies outside the image: ``reflect`` or ``black``.
    """

    name: str
    version: int
    kind: str
    parameters: Mapping[str, object]
    size: int = 256
    border: str = "reflect"

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.border not in BORDERS or self.size < 8:
            raise ValueError(
                f"no crop recipe can have kind {self.kind!r}, border {self.border!r} "
                f"and size {self.size}; kinds are {sorted(KINDS)}, borders "
                f"{sorted(BORDERS)}, and a crop has 8 pixels or more"
            )

    @property
    def label(self) -> str:
        """Name, version and size, for example ``square-v1-256``."""
        return f"{self.name}-v{self.version}-{self.size}"

    def to_dict(self) -> dict:
        """Plain values, as stored with crops and weights."""
        return {**asdict(self), "parameters": dict(self.parameters)}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> "CropRecipe":
        """The recipe that :meth:`to_dict` gave, from a store, checkpoint or export.

        Raises:
            ValueError: If the values are not those of a recipe, naming them.
        """
        return cls(**crop_recipe(values, "crop recipe"))


class CutFace(NamedTuple):
    """A face cut out, and the way back.

    Attributes:
        pixels: uint8 [size,size,3], in the channel order of the photo.
        to_image: Matrix [3,3] from crop to photo, float64; for
            :func:`~mcf.crops.geometry.transform_points`.
    """

    pixels: np.ndarray
    to_image: np.ndarray


def get_recipe(name: str, *, size: int = 256) -> CropRecipe:
    """Newest version of a recipe that comes with the package.

    Raises:
        ValueError: If there is none of this name.
    """
    if name not in RECIPES:
        raise ValueError(f"no crop recipe {name!r}; there are {sorted(RECIPES)}")
    return replace(RECIPES[name], size=size)


def crop_matrix(
    recipe: CropRecipe, face: Face, image_size: tuple[int, int]
) -> np.ndarray:
    """Matrix [3,3] from image to crop, see :mod:`mcf.crops.geometry`.

    Args:
        recipe: How to cut.
        face: What to cut out.
        image_size: Width and height of the upright image.

    Raises:
        ValueError: If the face has no points but the recipe needs them, or its box or
            points are degenerate.
    """
    return KINDS[recipe.kind](face, image_size, recipe.size, **recipe.parameters)


def cut_face(image: np.ndarray, recipe: CropRecipe, face: Face) -> CutFace:
    """Crop of a face, with the pixels that preparation stores.

    Args:
        image: uint8 [H,W,3], upright.
        recipe: How to cut.
        face: What to cut out.

    Raises:
        ValueError: As :func:`crop_matrix`.
    """
    matrix = crop_matrix(recipe, face, (image.shape[1], image.shape[0]))
    pixels = warp(image, matrix, recipe.size, border=recipe.border)
    return CutFace(pixels, np.linalg.inv(matrix))


def warp(
    image: np.ndarray, matrix: np.ndarray, size: int, *, border: str
) -> np.ndarray:
    """Crop through a matrix, averaging over areas where it shrinks by 2 or more."""
    scale = np.sqrt(abs(np.linalg.det(matrix[:2, :2])))
    shrink = int(min(MAX_SHRINK, 1 / scale + 1e-6))
    if shrink >= 2:
        image, matrix = _shrink_region(image, matrix, size, shrink)
    return cv2.warpAffine(
        image,
        matrix[:2],
        (size, size),
        flags=cv2.INTER_LINEAR,
        borderMode=BORDERS[border],
    )


def outside_share(matrix: np.ndarray, size: int, image_size: tuple[int, int]) -> float:
    """Share of the crop's area that lies outside the image."""
    corners = _crop_corners(matrix, size).astype(np.float32)
    width, height = image_size
    if (
        corners.min() >= -0.5
        and (corners.max(axis=0) <= (width - 0.5, height - 0.5)).all()
    ):
        return 0.0
    frame = np.array([(0, 0), (width, 0), (width, height), (0, height)]) - 0.5
    inside, _ = cv2.intersectConvexConvex(corners, frame.astype(np.float32))
    return float(np.clip(1 - inside / max(cv2.contourArea(corners), 1e-9), 0, 1))


def _crop_corners(matrix: np.ndarray, size: int) -> np.ndarray:
    """Corners of the crop [4,2] in the image."""
    corners = np.array([(0, 0), (size, 0), (size, size), (0, size)]) - 0.5
    back = np.linalg.inv(matrix)
    return corners @ back[:2, :2].T + back[:2, 2]


def _shrink_region(
    image: np.ndarray, matrix: np.ndarray, size: int, shrink: int
) -> tuple[np.ndarray, np.ndarray]:
    """The part of the image that the crop shows, made smaller, and its matrix."""
    corners = _crop_corners(matrix, size)
    limit = np.array([image.shape[1], image.shape[0]])
    low = np.clip(np.floor(corners.min(axis=0)).astype(int) - shrink, 0, limit - 1)
    high = np.clip(np.ceil(corners.max(axis=0)).astype(int) + shrink, low + 1, limit)
    shrink = min(shrink, *(high - low))
    low = np.maximum(high - -(-(high - low) // shrink) * shrink, 0)  # whole blocks
    region = image[low[1] : high[1], low[0] : high[0]]
    smaller = average_blocks(region, shrink)
    blocks = np.array(smaller.shape[1::-1])
    covered = [*(low - 0.5), *(low - 0.5 + blocks * shrink)]
    return smaller, matrix @ np.linalg.inv(box_to_crop(covered, blocks))


def _square(face: Face, image_size: tuple, size: int, *, margin: float) -> np.ndarray:
    """Square about the box's centre, ``margin`` times its longer side."""
    x1, y1, x2, y2 = face.box
    half = margin * max(x2 - x1, y2 - y1) / 2
    x, y = (x1 + x2) / 2, (y1 + y2) / 2
    return box_to_crop([x - half, y - half, x + half, y + half], (size, size))


def _template(face: Face, image_size: tuple, size: int, *, template) -> np.ndarray:
    """Similarity of the five points to a template in fractions of the crop."""
    target = denormalise_points(np.asarray(template), (size, size))
    return estimate_similarity(_points(face), target)


def _facer(
    face: Face, image_size: tuple, size: int, *, template: list, inset: float
) -> np.ndarray:
    """Similarity of the five points as facer, which ships FaRL's networks, cuts it.

    Its matrix is made of points with pixel centres at whole numbers and then used on
    coordinates whose origin is the corner of the image, so that crops lie up to half a
    pixel off; here that is part of the matrix. ``template`` is in fractions of the
    size less ``inset``.
    """
    target = np.asarray(template) * (size - inset)
    matrix = estimate_similarity(_points(face), target)
    corner = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    return np.linalg.inv(corner) @ matrix @ corner


def _eyes_mouth(
    face: Face,
    image_size: tuple,
    size: int,
    *,
    eye_factor: float,
    mouth_factor: float,
    mouth_shift: float,
) -> np.ndarray:
    """Upright square over eyes and mouth, by the rule published with FFHQ."""
    points = _points(face)
    eyes, mouth = points[:2].mean(axis=0), points[3:].mean(axis=0)
    across, down = points[1] - points[0], mouth - eyes
    axis = across + np.array([down[1], -down[0]])
    half = max(np.linalg.norm(across) * eye_factor, np.linalg.norm(down) * mouth_factor)
    if not np.linalg.norm(axis) > 0:
        raise ValueError(f"the points {points.tolist()} span no face")
    axis = axis / np.linalg.norm(axis) * half
    centre = eyes + mouth_shift * down
    upward = np.array([axis[1], -axis[0]])
    source = np.array([centre - axis + upward, centre + axis + upward, centre - upward])
    target = np.array([(0, 0), (size, 0), (size / 2, size)]) - 0.5
    return estimate_similarity(source, target)


def _whole(face: Face, image_size: tuple, size: int) -> np.ndarray:
    """The box itself, each axis on its own."""
    return box_to_crop(face.box, (size, size))


def _points(face: Face) -> np.ndarray:
    if face.points is None:
        raise ValueError("this crop recipe needs five points, and there are none")
    return face.points


KINDS: dict[str, Callable[..., np.ndarray]] = {
    "square": _square,
    "template": _template,
    "facer": _facer,
    "eyes_mouth": _eyes_mouth,
    "whole": _whole,
}

FACER_TEMPLATE = FIVE_POINT_TEMPLATE / 512
FACER_ALIGNMENT_SCALE = 0.8
FACER_ATTRIBUTES = np.array(
    [
        (85.82991, 115.7792),
        (169.0532, 114.3381),
        (127.574, 167.0006),
        (90.6964, 204.7014),
        (167.3069, 203.3733),
    ]
)
"""Five points of an aligned face of CelebA in a frame of 256 pixels, which lies in the
middle of one of 500 (facer, ``face_attribute/farl.py``)."""

RECIPES = {
    recipe.name: recipe
    for recipe in (
        CropRecipe("square", 1, "square", {"margin": 1.5}),
        CropRecipe(
            "five-point",
            1,
            "template",
            {"template": (FIVE_POINT_TEMPLATE / 512).tolist()},
        ),
        CropRecipe(
            "ffhq-like",
            1,
            "eyes_mouth",
            {"eye_factor": 2.0, "mouth_factor": 1.8, "mouth_shift": 0.1},
        ),
        CropRecipe("whole", 1, "whole", {}),
        CropRecipe(
            "facer-lapa",
            1,
            "facer",
            {"template": FACER_TEMPLATE.tolist(), "inset": 1},
            border="black",
        ),
        CropRecipe(
            "facer-celebm",
            1,
            "eyes_mouth",
            {"eye_factor": 2.0, "mouth_factor": 1.8, "mouth_shift": 0.1},
            border="black",
        ),
        CropRecipe(
            "facer-alignment",
            1,
            "facer",
            {
                "template": (
                    (FACER_TEMPLATE - 0.5) * FACER_ALIGNMENT_SCALE + 0.5
                ).tolist(),
                "inset": 1,
            },
            border="black",
        ),
        CropRecipe(
            "facer-attribute",
            1,
            "facer",
            {"template": ((FACER_ATTRIBUTES + 122) / 500).tolist(), "inset": 0},
            border="black",
        ),
    )
}
