"""What the landmark benchmarks share."""

import logging
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path, PurePosixPath

import numpy as np
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from mcf.crops.boxes import landmark_square
from mcf.datasets.landmarks.annotation import FaceAnnotation
from mcf.datasets.landmarks.detected_boxes import DetectedBoxes
from mcf.datasets.landmarks.holdout import held_out
from mcf.datasets.schemas import get_schema

FOR_PIPELINES = (
    "dataset_name",
    "upper_body_ids",
    "lower_body_ids",
    "flip_pairs",
    "dataset_keypoint_weights",
    "flip_indices",
    "skeleton_links",
)
"""Meta information that mmpose's transforms look for in every sample."""

ARRAYS = {"dataset_keypoint_weights": np.float32, "keypoint_colors": np.uint8}
"""Meta information that mmpose has as arrays; empty ones no checkpoint can hold."""


class FaceLandmarkDataset(BaseDataset):
    """Faces with landmarks, one sample a face, in the manner of mmpose.

    A benchmark is a subclass that says what it is called, which points it has and
    where it comes from, and reads its files in :meth:`read`.

    ======================= ======================================================
    key of a sample         value
    ======================= ======================================================
    ``img_path``            image file (``img`` too, where images are in a ``.mat``)
    ``img_id``, ``id``      numbers of the image and of the face in the whole split
    ``sample_name``         where the face is annotated, for messages and results
    ``keypoints``           [1,K,2] float32, zero-based pixel centres
    ``keypoints_visible``   [1,K] float32, 0 where the point must not count
    ``keypoints_labelled``  [1,K] bool, False where the place of the point is unknown
    ``bbox``                [1,4] float32 xyxy, the box to crop (see ``box``)
    ``annotated_bbox``      [1,4] float32 xyxy, the same before ``box_file``
    ``bbox_score``          [1] float32; 0 where a detector missed the face
    ``subsets``             published subsets it is in, the last being ``full``
    ======================= ======================================================

    Args:
        data_root: Folder of the official download.
        split: One of ``SPLITS``.
        part: Of the training split: ``train`` without its held-out images, ``val``
            only those, None everything.
        holdout: Share of the images held out. Faces of one photo stay together.
        holdout_seed: Chooses which.
        box: ``annotated`` by the data set, ``landmarks`` for the square around the
            points (:func:`~mcf.crops.boxes.landmark_square`), or None for
            what the literature uses on this set (``DEFAULT_BOX``).
        box_file: Detections to crop instead, made into boxes like those of the set
            (:class:`~mcf.datasets.landmarks.detected_boxes.DetectedBoxes`).
        mask_hidden: Whether hidden points do not count. The FaRL protocol counts
            them (§4 row 3); mmpose does not. Points that are not labelled never do.
        skip_unlabelled: Whether faces without any labelled point are left out, with a
            warning that counts them; else they are an error.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.

    Raises:
        FileNotFoundError: If the root, a file of it or an image is missing, saying
            what was expected and where to get it.
        ValueError: If an option is unknown, an annotation has no or too few points,
            numbers that are not finite, or a box without size, or ``box_file`` names
            no image of the split.
    """

    NAME = ""
    SCHEMA = ""
    SITE = ""
    SPLITS: tuple[str, ...] = ("train", "test")
    DEFAULT_BOX = "landmarks"
    PUBLISHED: Mapping[str, Mapping[str, int | range]] = {}
    """Faces by split and subset; a range where sources disagree."""
    SQUARE_BOXES = False
    """Whether the annotated boxes are squares, which its published numbers rely on."""
    EXTRA_SPLITS: tuple[str, ...] = ()
    """Splits that come apart from the others and that many people lack."""

    def __init__(
        self,
        data_root: str | Path,
        *,
        split: str = "train",
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
        check_choice("split", split, self.SPLITS)
        check_choice("part", part, (None, "train", "val"))
        check_choice("box", box, (None, "annotated", "landmarks"))
        if part is not None and split != "train":
            raise ValueError(f"part={part!r} divides the split 'train', not {split!r}")
        self.root = Path(data_root)
        self.split = split
        self._part = part
        self._holdout = (holdout, holdout_seed)
        self._box = box or self.DEFAULT_BOX
        self._box_file = box_file
        self._mask_hidden = mask_hidden
        self._skip_unlabelled = skip_unlabelled
        self.schema = get_schema(self.SCHEMA)
        super().__init__(
            data_root=str(data_root),
            metainfo=self.schema.metainfo(self.NAME),
            pipeline=list(pipeline),
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )
        self._metainfo["landmark_schema"] = self.SCHEMA

    @classmethod
    def _load_metainfo(cls, metainfo: dict | None = None) -> dict:
        parsed = deepcopy(metainfo)  # MMEngine would look for a file of the set's name
        for key, kind in ARRAYS.items():
            parsed[key] = np.array(parsed[key], kind)
        return parsed

    def read(self) -> list[FaceAnnotation]:
        """All faces of the split as annotated, in a fixed order, unchecked.

        Raises:
            FileNotFoundError: If an annotation file is missing.
            ValueError: If one cannot be understood, naming the place.
        """
        raise NotImplementedError

    def photo(self, image: str) -> str:
        """Name of the photo an image was cut from; what a holdout keeps together."""
        return image

    def image_fields(self, image: str) -> dict:
        """What a sample says about its image: ``img_path``, or ``img`` as well.

        Raises:
            FileNotFoundError: If there is no such image.
        """
        path = self.root / image
        if not path.is_file():
            raise FileNotFoundError(self.remedy(path, "image"))
        return {"img_path": str(path)}

    def required(self, path: str) -> Path:
        """File or folder below the root that the split cannot do without.

        Raises:
            FileNotFoundError: If it is missing, with the remedy.
        """
        if not (self.root / path).exists():
            raise FileNotFoundError(self.remedy(self.root / path, "file or folder"))
        return self.root / path

    def remedy(self, path: Path, kind: str) -> str:
        """Sentence for a missing file."""
        return (
            f"{self.NAME}: no {kind} {str(path)!r}. Get the set from {self.SITE} and "
            f"set data_root (now {str(self.root)!r}) to its folder"
        )

    def load_data_list(self) -> list[dict]:
        """Samples of the split and part, in the order of :meth:`read`."""
        faces = self.read()
        empty = {number for number, face in enumerate(faces) if self._is_empty(face)}
        for number, face in enumerate(faces):
            faults = face.faults(self.schema.count, with_box=self._box == "annotated")
            if faults and number not in empty:
                raise ValueError(f"{self.NAME}, {face.source}: {'; '.join(faults)}")
        images = {
            name: i for i, name in enumerate(dict.fromkeys(f.image for f in faces))
        }
        kept = self._kept(images)
        detected = self._detected(images)
        samples = [
            {"id": number, "img_id": images[face.image]} | self._fields(face, detected)
            for number, face in enumerate(faces)
            if face.image in kept and number not in empty
        ]
        if not samples:
            raise ValueError(f"{self.NAME}: split {self.split!r} holds no face")
        if empty:
            print_log(
                f"{self.NAME}: {len(empty)} of {len(faces)} faces are left out, as "
                f"they have no labelled point, first {faces[min(empty)].source}",
                logger="current",
                level=logging.WARNING,
            )
        self._report_missed(samples)
        return samples

    def get_data_info(self, idx: int) -> dict:
        """Sample before the pipeline, with its image found."""
        info = super().get_data_info(idx)
        info |= {key: deepcopy(self._metainfo[key]) for key in FOR_PIPELINES}
        try:
            return info | self.image_fields(info["img_path"])
        except FileNotFoundError as error:
            raise FileNotFoundError(f"{info['sample_name']}: {error}") from error

    def _is_empty(self, face: FaceAnnotation) -> bool:
        """Whether a face is left out because nothing of it is labelled."""
        return self._skip_unlabelled and len(face.points) > 0 and not face.known.any()

    def _kept(self, images: Mapping[str, int]) -> set[str]:
        """Images of the part."""
        if self._part is None:
            return set(images)
        share, seed = self._holdout
        out = held_out(map(self.photo, images), share, seed=seed)
        return {
            image
            for image in images
            if (self.photo(image) in out) == (self._part == "val")
        }

    def _detected(self, images: Mapping[str, int]) -> DetectedBoxes | None:
        """Detections of the split's images, if there is a file of them."""
        if not self._box_file:
            return None
        detected = DetectedBoxes(self._box_file, self._box, self.root)
        if images and images.keys().isdisjoint(detected.images):
            named = next(iter(detected.images), None)
            raise ValueError(
                f"{self.NAME}: {str(self._box_file)!r} names no image of the split "
                f"{self.split!r}: it has {named!r}, the split has "
                f"{next(iter(images))!r}; names are relative to data_root"
            )
        return detected

    def _fields(self, face: FaceAnnotation, detected: DetectedBoxes | None) -> dict:
        annotated, score = self._official_box(face), 1.0
        box = annotated
        if detected is not None:
            box, score = detected.match(face.image, annotated)
        counted = face.known
        if self._mask_hidden and face.visible is not None:
            counted = counted & face.visible
        points = face.points.copy()
        broken = ~np.isfinite(points).all(axis=1)  # unlabelled: any place will do
        points[broken] = points[face.known].mean(axis=0)
        return {
            "img_path": face.image,
            "sample_name": face.source,
            "keypoints": points[None].astype(np.float32),
            "keypoints_visible": counted[None].astype(np.float32),
            "keypoints_labelled": face.known[None],
            "bbox": box[None].astype(np.float32),
            "annotated_bbox": annotated[None].astype(np.float32),
            "bbox_score": np.array([score], dtype=np.float32),
            "subsets": (*face.subsets, "full"),
        }

    def _official_box(self, face: FaceAnnotation) -> np.ndarray:
        if self._box == "landmarks":
            known = face.points[face.known]
            if len(known) == 1:
                raise ValueError(
                    f"{self.NAME}, {face.source}: one labelled point makes no box; use "
                    "box='annotated'"
                )
            return landmark_square(known)
        if face.box is None:
            raise ValueError(
                f"{self.NAME}, {face.source}: no box is annotated; use box='landmarks'"
            )
        return face.box

    def _report_missed(self, samples: list[dict]) -> None:
        missed = sum(sample["bbox_score"][0] == 0 for sample in samples)
        if missed:
            print_log(
                f"{self.NAME}: {missed} of {len(samples)} faces have no detection in "
                f"{str(self._box_file)!r} and keep their annotated box (score 0)",
                logger="current",
                level=logging.WARNING,
            )


def relative(name: str, place: str) -> str:
    """Name of an image that a list gives, which must stay inside its folder.

    Raises:
        ValueError: If it leads out of it.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name:
        raise ValueError(f"{place}: the image {name!r} is outside the set's folder")
    return name


def check_choice(option: str, value: str | None, choices: tuple) -> None:
    """Raise a ValueError for an option that is not one of the choices."""
    if value not in choices:
        known = ", ".join(map(repr, choices))
        raise ValueError(f"{option}={value!r} must be one of {known}")
