"""What is found in an image: faces with points, parts and embeddings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from mcf.crops.label_region import LabelRegion
from mcf.datasets.parsing.class_sets import ClassSet


@dataclass(frozen=True, eq=False)
class Landmarks:
    """Points of the F faces of an image.

    Attributes:
        schema: Name of the set of points, for :func:`mcf.datasets.schemas.get_schema`.
        points: float32 [F,K,2], x and y.
        scores: float32 [F,K], confidence as the head gives it.
    """

    schema: str
    points: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True, eq=False)
class Parsing:
    """Parts of the F faces of an image.

    Attributes:
        class_set: Names and colours of the class ids.
        faces: One region a face.
    """

    class_set: ClassSet
    faces: tuple[LabelRegion, ...]


@dataclass(frozen=True, eq=False)
class Attributes:
    """Attributes of the F faces of an image.

    Attributes:
        names: What each is called, A of them.
        probabilities: float32 [F,A].
    """

    names: tuple[str, ...]
    probabilities: np.ndarray

    def present(self, face: int, threshold: float = 0.5) -> list[str]:
        """Names of the attributes of a face whose probability reaches a threshold."""
        found = self.probabilities[face] >= threshold
        return [name for name, there in zip(self.names, found, strict=True) if there]


@dataclass(frozen=True, eq=False)
class FaceResult:
    """Everything that is found in one image.

    Coordinates are pixels of the upright image, pixel centres at whole numbers; boxes
    say where their borders are, so that a whole image of W columns is -0.5 to W - 0.5.
    An image without a face has F = 0, and every array has its other dimensions.

    Attributes:
        source: What the image is called: its path, ``clip.mp4#12`` or ``image 0``.
        size: Width and height.
        boxes: float32 [F,4], x1, y1, x2, y2.
        scores: float32 [F], confidence of the detector; 1 for boxes that were given.
        landmarks: None if they were not asked for.
        parsing: None if it was not asked for.
        embeddings: float32 [F,C]; None if they were not asked for.
        attributes: None if they were not asked for.
        timings: Seconds by step; of what was done for several images at once, the
            share of this one.
        image: uint8 BGR [H,W,3], not part of the JSON form.
    """

    source: str
    size: tuple[int, int]
    boxes: np.ndarray
    scores: np.ndarray
    landmarks: Landmarks | None = None
    parsing: Parsing | None = None
    embeddings: np.ndarray | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    image: np.ndarray | None = field(default=None, repr=False)
    attributes: Attributes | None = None

    def __len__(self) -> int:
        """Number of faces, F."""
        return len(self.boxes)

    def mask(self, face: int) -> np.ndarray:
        """Class of every pixel of the image for one face, uint8 [H,W].

        Raises:
            ValueError: If parsing was not asked for, or there is no such face.
        """
        if self.parsing is None:
            raise ValueError(f"{self.source}: parsing was not asked for")
        if not 0 <= face < len(self):
            raise ValueError(f"{self.source} has no face {face}, it has {len(self)}")
        region = self.parsing.faces[face]
        labels = np.zeros(self.size[::-1], np.uint8)
        labels[region.window] = region.labels
        return labels

    def to_json(self) -> str:
        """The result as JSON; label maps are PNG files in base 64.

        Raises:
            ValueError: If a number is not finite.
        """
        from .result_json import faces_to_json

        return faces_to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> "FaceResult":
        """A result as :meth:`to_json` wrote it, with the same numbers.

        Raises:
            ValueError: If the text is none, naming what is wrong.
        """
        from .result_json import faces_from_json

        return faces_from_json(text)

    def draw(
        self, image: np.ndarray | None = None, *, opacity: float = 0.55
    ) -> np.ndarray:
        """Image with boxes, points and parts.

        Args:
            image: uint8 BGR [H,W,3]; by default the one that was analysed.
            opacity: Of the parts' colours, 0 to 1.

        Returns:
            uint8 **RGB** [H,W,3], as all pictures of :mod:`mcf.visualization`.

        Raises:
            ValueError: If there is no image, or it has another size.
        """
        from .result_picture import draw_faces

        image = self.image if image is None else image
        if image is None:
            raise ValueError(f"{self.source}: give the image to draw on")
        if image.shape != (*self.size[::-1], 3) or image.dtype != np.uint8:
            raise ValueError(
                f"{self.source} has {self.size[0]} x {self.size[1]} pixels, the image "
                f"to draw on is {image.dtype} {image.shape}"
            )
        return draw_faces(self, image[..., ::-1], opacity=opacity)

    def save(
        self, folder: str | Path, *, name: str | None = None, picture: bool = True
    ) -> list[Path]:
        """Write ``NAME.json`` and, if the result holds its image, ``NAME.jpg``.

        A file is complete or absent, whenever the process may end; if one cannot be
        made, the other is not written.

        Args:
            folder: Where to; made if it is missing.
            name: Of the files without suffix; by default that of the source, for a
                video's frame ``clip_000012``.
            picture: Whether to write :meth:`draw`'s picture too.

        Returns:
            The files.

        Raises:
            ValueError: As :meth:`to_json`, or if a file would replace the source, a
                file that is of no result, or the result of another image.
            OSError: If a file cannot be written.
        """
        from .result_files import save_result

        return save_result(self, folder, name=name, picture=picture)
