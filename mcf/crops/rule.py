"""From a face in a photo to the crop a network was trained on, and back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple

import numpy as np

from mcf.crops.face import Face
from mcf.crops.geometry import (
    box_to_crop,
    five_points_to_crop,
    similarity_about_centre,
)
from mcf.crops.recipes import CropRecipe, crop_matrix, get_recipe, warp
from mcf.crops.tanh_warp import warp_image, warped_to_image
from mcf.crops.training_box import BOX_KINDS, BoxKind, training_box
from mcf.utils.declared import (
    SIDE,
    crop_recipe,
    optional,
    real,
    several,
    shown,
    table,
    text,
)

Origin = Literal["detected", "given", "whole"]
"""Of a face: found by a detector, given by the user, or the photo is the face."""

KINDS = ("box", "five_points", "image", "recipe")
RULE = table(
    dict(
        kind=text(64),
        size=several(SIDE, 2, 2),
        scale=real(0.01, 100),
        warp_factor=real(0, 1),
        recipe=optional(crop_recipe),
        box=text(64),  # older exports do not say it
    ),
    required=("kind", "size", "scale", "warp_factor", "recipe"),
)
"""What a file may say of a rule."""


class Crop(NamedTuple):
    """What the network sees.

    Attributes:
        pixels: uint8 BGR [h,w,3].
        matrix: From photo to crop [3,3], before the warp.
        warp_factor: Of the RoI tanh warp; 0 for none.
    """

    pixels: np.ndarray
    matrix: np.ndarray
    warp_factor: float


@dataclass(frozen=True)
class CropRule:
    """How the faces of a network's training set were cut: plain values.

    Attributes:
        kind: ``box`` (``mcf.FaceCrop``), ``five_points`` (``mcf.FaceAlign``),
            ``image`` (``mcf.WholeImageCrop``: faces that came aligned) or ``recipe``
            (:mod:`mcf.crops.recipes`).
        size: Width and height of the crop.
        scale: Of the crop about its centre, as ``mcf.FaceCrop`` has it: 0.8 shows
            1.25 times the sides of the box.
        warp_factor: Of the RoI tanh warp.
        recipe: For the kind ``recipe``.
        box: For the kind ``box``: ``landmarks`` if the training boxes are squares
            around the points, ``annotated`` if they came with the data set.

    Raises:
        ValueError: If the kind or the box is unknown, or a recipe is missing or has
            another size.
    """

    kind: str
    size: tuple[int, int]
    scale: float = 1.0
    warp_factor: float = 0.0
    recipe: CropRecipe | None = None
    box: BoxKind = "landmarks"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no crop rule has kind {self.kind!r}; known: {KINDS}")
        if self.box not in BOX_KINDS:
            raise ValueError(f"no crop rule has box {self.box!r}; known: {BOX_KINDS}")
        if (self.kind == "recipe") != (self.recipe is not None):
            raise ValueError(f"a crop rule of kind {self.kind!r}, recipe {self.recipe}")
        if self.recipe is not None and self.size != (self.recipe.size,) * 2:
            raise ValueError(f"crops of {self.size} by a recipe of {self.recipe.size}")
        reflected = self.recipe is not None and self.recipe.border != "black"
        if self.warp_factor and reflected:
            raise ValueError("warped crops are black where the image ends")

    def to_dict(self) -> dict:
        """Plain values, for the metadata of an exported network."""
        recipe = None if self.recipe is None else self.recipe.to_dict()
        return {**asdict(self), "size": list(self.size), "recipe": recipe}

    @classmethod
    def from_dict(cls, values: Mapping) -> "CropRule":
        """The rule that :meth:`to_dict` gave; without ``box`` it is ``landmarks``.

        Raises:
            ValueError: If the values are not those of a rule.
        """
        try:
            rule = RULE(values, "crop")
            recipe = rule["recipe"]
            rule["recipe"] = None if recipe is None else CropRecipe.from_dict(recipe)
            return cls(**rule | dict(size=tuple(rule["size"])))
        except ValueError as error:
            raise ValueError(f"{shown(values)} is no crop rule: {error}") from error

    def cut(self, photo: np.ndarray, face: Face, origin: Origin) -> Crop:
        """Crop of a face.

        A photo that *is* the face fills the crop. A given box or five points are
        taken like those of the data set that the network was trained on. The box of a
        detector becomes such a box first, see
        :func:`~mcf.crops.training_box.training_box`, and where the
        training faces came aligned the recipe ``ffhq-like`` cuts.

        Args:
            photo: uint8 BGR [H,W,3].
            face: Where it is.
            origin: Where that comes from.

        Raises:
            ValueError: If the rule needs five points and there are none.
        """
        matrix = self.matrix(face, origin, photo.shape[1::-1])
        recipe = self._recipe(origin)
        if recipe is None or self.warp_factor:
            pixels = warp_image(photo, matrix, self.size, self.warp_factor)
            return Crop(pixels, matrix, self.warp_factor)
        pixels = warp(photo, matrix, recipe.size, border=recipe.border)
        return Crop(pixels, matrix, 0.0)

    def matrix(
        self, face: Face, origin: Origin, photo_size: tuple[int, int]
    ) -> np.ndarray:
        """Matrix [3,3] from photo to crop; arguments and errors of :meth:`cut`."""
        if origin == "whole":
            return box_to_crop(face.box, self.size)
        recipe = self._recipe(origin)
        if recipe is not None:
            return crop_matrix(recipe, face, photo_size)
        if self.kind == "five_points":
            if face.points is None:
                raise ValueError(
                    "this network takes faces aligned by five points, and there are "
                    "none: give points, or let a detector find them"
                )
            to_crop = five_points_to_crop(face.points, self.size)
        else:
            detected = origin == "detected"
            box = training_box(face.box, self.box) if detected else face.box
            to_crop = box_to_crop(box, self.size)
        return similarity_about_centre(self.size, scale=self.scale) @ to_crop

    def _recipe(self, origin: Origin) -> CropRecipe | None:
        if origin == "whole":
            # stores are cut with averaging over areas, data sets of the hosts are not
            whole = self.kind == "recipe" and self.size[0] == self.size[1]
            return get_recipe("whole", size=self.size[0]) if whole else None
        if self.kind == "image" and origin == "detected":
            if self.size[0] != self.size[1]:
                raise ValueError(
                    f"no recipe cuts aligned faces of {self.size}, which are no "
                    "squares: give images of whole faces and detector=None"
                )
            return get_recipe("ffhq-like", size=self.size[0])
        return self.recipe


def points_in_photo(points: np.ndarray, crop: Crop) -> np.ndarray:
    """Points [K,2] of a crop in its photo, float32."""
    size = crop.pixels.shape[1::-1]
    found = warped_to_image(points.astype(float), crop.matrix, size, crop.warp_factor)
    return found.astype(np.float32)
