"""Annotated drawn faces, drawn once into files that training reads without decoding."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from mmengine.dataset import BaseDataset

from mcf.crops.boxes import landmark_square
from mcf.crops.training_box import likely_detection
from mcf.datasets.parsing.class_sets import LAPA
from mcf.datasets.schemas import get_schema
from mcf.drawn_faces.lifelike import draw_lifelike
from mcf.registry import DATASETS
from mcf.utils.atomic_file import whole_file

PER_SHARD = 256


def record(size: int) -> np.dtype:
    """A face in a shard: image (BGR), label map, points and the tone of its skin."""
    return np.dtype(
        [
            ("image", "u1", (size, size, 3)),
            ("mask", "u1", (size, size)),
            ("points", "<f4", (68, 2)),
            ("skin", "<f4", (3,)),
        ]
    )


def write_drawn_shards(
    folder: str | Path, *, faces: int, size: int = 192, first_seed: int = 0
) -> Iterator[Path]:
    """Draw lifelike faces shard by shard; yield each file once it is complete.

    A shard that is there is not drawn again, so a killed run goes on where it was.

    Args:
        folder: Where the shards go, ``faces-00000.npy`` and so on.
        faces: At least so many; the last shard is full too.
        size: Side of the images, pixels.
        first_seed: Of the first face; the others follow one by one.

    Raises:
        ValueError: If a number is out of range, or a shard holds another kind of face.
    """
    if faces < 1 or first_seed < 0:
        raise ValueError(f"faces={faces} must be 1 or more, first_seed={first_seed} 0")
    for number in range(-(-faces // PER_SHARD)):
        path = Path(folder) / f"faces-{number:05d}.npy"
        if path.exists():
            if open_shard(path).dtype != record(size):
                raise ValueError(f"{path} holds faces of another size; remove it")
        else:
            with whole_file(path) as file:
                np.save(file, _drawn(first_seed + number * PER_SHARD, size))
        yield path


def open_shard(path: str | Path) -> np.ndarray:
    """Faces of a shard, mapped from disk.

    Raises:
        ValueError: If it is no such file.
    """
    try:
        faces = np.load(path, mmap_mode="r", allow_pickle=False)
    # NumPy parses the header as Python, whose tokenizer raises what it will.
    except Exception as error:
        raise ValueError(f"{path} is no array, or cut off: {error}") from error
    side = faces.dtype["image"].shape[0] if "image" in (faces.dtype.names or ()) else 0
    if faces.dtype != record(side):
        raise ValueError(f"{path} holds no drawn faces but {faces.dtype}")
    return faces


def _drawn(first_seed: int, size: int) -> np.ndarray:
    faces = np.empty(PER_SHARD, record(size))
    for i in range(PER_SHARD):
        face = draw_lifelike(first_seed + i, size)
        faces[i]["image"] = face.image[..., ::-1]
        faces[i]["mask"] = face.mask
        faces[i]["points"] = face.landmarks68
        faces[i]["skin"] = face.parameters.look.skin
    return faces


@DATASETS.register_module()
class DrawnShards(BaseDataset):
    """Faces of :func:`write_drawn_shards` with 68 points and LaPa's 11 classes.

    Samples carry ``img`` (uint8 BGR [H,W,3]), ``gt_seg_map`` [H,W], ``keypoints``
    [1,68,2] in pixels, ``bbox`` [4] where a detector would see the face, and ``skin``
    [3], RGB in 0..1. Shards are mapped, not read, and opened where they are used.

    Args:
        folder: Of the shards.
        pipeline: Transforms.
        test_mode: Whether a sample may never be replaced by another one.

    Raises:
        FileNotFoundError: If there is no shard.
        ValueError: If a file is none.
    """

    METAINFO = dict(landmark_schema="ibug68", class_set="lapa")

    def __init__(
        self,
        folder: str | Path,
        *,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
    ) -> None:
        self.paths = sorted(Path(folder).glob("faces-*.npy"))
        if not self.paths:
            raise FileNotFoundError(
                f"no faces-*.npy in {folder}: draw them first, see "
                "projects/model_inside/README.md"
            )
        super().__init__(
            pipeline=list(pipeline), test_mode=test_mode, serialize_data=False
        )

    def load_data_list(self) -> list[dict]:
        """One dict a face: its shard and its row."""
        return [
            dict(img_path=f"{path.name}#{row}", shard=path, row=row)
            for path in self.paths
            for row in range(len(open_shard(path)))
        ]

    def get_data_info(self, idx: int) -> dict:
        """Face ``idx`` with its annotations."""
        info = super().get_data_info(idx)
        face = open_shard(info["shard"])[info["row"]]
        points = np.array(face["points"])
        return info | dict(
            img=np.array(face["image"]),
            gt_seg_map=np.array(face["mask"]),
            keypoints=points[None],
            bbox=likely_detection(landmark_square(points)),
            flip_indices=get_schema("ibug68").flip_indices(),
            label_pairs=LAPA.swap_pairs,
            skin=np.array(face["skin"]),
            img_shape=face["mask"].shape,
        )
