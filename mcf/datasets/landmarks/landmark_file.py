"""Landmarks in one file of a common format."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.base import FaceLandmarkDataset, relative
from mcf.datasets.landmarks.coco_json import read_coco_json
from mcf.datasets.landmarks.dlib_xml import read_dlib_xml
from mcf.registry import DATASETS

READERS = {".json": read_coco_json, ".xml": read_dlib_xml}


@DATASETS.register_module()
class LandmarkFile(FaceLandmarkDataset):
    """Faces listed in a COCO-style ``.json`` (also mmpose's) or a dlib ``.xml``.

    For your own data, and for benchmarks that are at hand in mmpose's form.

    Args:
        data_root: Folder of the file and the images.
        ann_file: The file, relative to the root.
        schema: Landmark schema, see :func:`~mcf.datasets.schemas.get_schema`.
        name: What tables call it; the file's name by default.
        img_dir: Folder of the images, relative to the root.
        origin: Coordinate of the first pixel in the file: 0 or 1 (mmpose's 300W,
            taken over from the .pts files, has 1).
        photo_pattern: Regular expression with one group, found in an image's file
            name: the photo it was cut from. A holdout keeps a photo's images together.
        part: ``train`` without the held-out images, ``val`` only those, None
            everything.
        holdout: Share of the images held out. Faces of one photo stay together.
        holdout_seed: Chooses which.
        box: ``landmarks`` for the square around the points
            (:func:`~mcf.crops.boxes.landmark_square`), or ``annotated``: these
            are ``center`` and ``scale`` (in 200 pixels) where they are given, else
            ``bbox``. None for what the literature uses (``DEFAULT_BOX``).
        box_file: Detections to crop instead, made into boxes like those of the set
            (:class:`~mcf.datasets.landmarks.detected_boxes.DetectedBoxes`).
        mask_hidden: Whether hidden points do not count. Points that COCO calls
            occluded (1) are labelled and count by default.
        skip_unlabelled: Leave out faces without any labelled point, counted, instead
            of refusing the set. A point is not labelled where COCO's visibility is 0
            or its coordinates are no numbers.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.

    Raises:
        ValueError: If the file is of another format, the schema is unknown, or the
            pattern does not fit an image.
    """

    SITE = "where it was made"

    def __init__(
        self,
        data_root: str | Path,
        ann_file: str,
        *,
        schema: str,
        name: str | None = None,
        img_dir: str = "",
        origin: int = 0,
        photo_pattern: str | None = None,
        part: str | None = None,
        holdout: float = 0.1,
        holdout_seed: int = 0,
        box: str | None = None,
        box_file: str | Path | None = None,
        mask_hidden: bool = False,
        skip_unlabelled: bool = False,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
        max_refetch: int = 100,
    ) -> None:
        if Path(ann_file).suffix not in READERS:
            raise ValueError(f"{ann_file!r} must end in {' or '.join(READERS)}")
        if origin not in (0, 1):
            raise ValueError(f"origin={origin!r} must be 0 or 1")
        self.NAME = name or Path(ann_file).stem
        self.SCHEMA = schema
        self._file = ann_file
        self._img_dir = img_dir
        self._origin = origin
        self._photo_pattern = photo_pattern
        super().__init__(
            data_root,
            part=part,
            holdout=holdout,
            holdout_seed=holdout_seed,
            box=box,
            box_file=box_file,
            mask_hidden=mask_hidden,
            skip_unlabelled=skip_unlabelled,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )

    def read(self) -> list[FaceAnnotation]:
        """Faces in the order of the file."""
        path = self.required(self._file)
        return [
            replace(
                face,
                image=(
                    Path(self._img_dir) / relative(face.image, face.source)
                ).as_posix(),
                points=face.points - self._origin,
                box=None if face.box is None else face.box - self._origin,
            )
            for face in READERS[path.suffix](path)
        ]

    def photo(self, image: str) -> str:
        """What the pattern finds in the file name, or the image itself."""
        if self._photo_pattern is None:
            return image
        found = re.search(self._photo_pattern, Path(image).name)
        if found is None or found.re.groups != 1:
            raise ValueError(
                f"photo_pattern={self._photo_pattern!r} must have one group and be "
                f"found in {Path(image).name!r}"
            )
        return found[1]
