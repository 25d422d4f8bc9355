"""Head poses of 300W-LP and AFLW2000."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from mcf.datasets.landmarks.base import check_choice
from mcf.datasets.landmarks.mat_file import read_mats
from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task
from mcf.utils.rotations import euler_to_rotation

VARIABLES = ("Pose_Para", "pt2d")
STEEPEST = 99
"""Degrees of pitch, yaw or roll beyond which the released lists drop a face."""


class PoseDataset(FaceTaskDataset):
    """Images with a ``.mat`` file for each, as in 300W-LP.

    ``Pose_Para`` holds pitch, yaw and roll in radians. Faces with an angle beyond 99
    degrees are left out, as the released lists of 6DRepNet and Hopenet do.

    Args:
        data_root: Folder of the download.
        task: ``head_pose``.
        split: The only one that the set has.
        fold: 0.
        box: What ``bbox`` encloses: ``released`` is all of ``pt2d``, hidden points too,
            which AFLW2000 has at (-1, -1), so that boxes of turned faces begin in the
            image's corner; ``visible`` leaves these out.
        images: Folders, tar shards or folders of shards with the images.
        pipeline: Transforms of any library, as configs or callables.
        test_mode: Whether a sample that the pipeline refuses is an error.
        indices: Keep the first so many samples, or these.
        serialize_data: Keep the annotations in one block that workers share.
        lazy_init: Read the annotations at the first use.
        max_refetch: Samples refused in a row after which training stops.

    Raises:
        FileNotFoundError: If the folder or an image is missing, with the remedy.
        ValueError: If a ``.mat`` is damaged or lacks a variable.
    """

    TASKS = (Task("head_pose", "head_pose"),)
    FOLDERS: tuple[str, ...] = (".",)

    def __init__(
        self,
        data_root: str | Path,
        *,
        task: str | None = None,
        split: str | None = None,
        fold: int = 0,
        box: str = "released",
        images: str | Path | Sequence[str | Path] | None = None,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        lazy_init: bool = False,
        max_refetch: int = 100,
    ) -> None:
        check_choice("box", box, ("released", "visible"))
        self._box = box
        super().__init__(
            data_root,
            task=task,
            split=split,
            fold=fold,
            images=images,
            pipeline=pipeline,
            test_mode=test_mode,
            indices=indices,
            serialize_data=serialize_data,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
        )

    def read(self) -> list[FaceRecord]:
        """Faces by folder, then by name."""
        paths = [
            path
            for folder in self.FOLDERS
            for path in sorted(self.required(folder).glob("[!.]*.jpg"))
        ]
        contents = read_mats([path.with_suffix(".mat") for path in paths], VARIABLES)
        faces = zip(paths, contents, strict=True)
        records = [self._record(path, content) for path, content in faces]
        return [record for record in records if record is not None]

    def _record(self, path: Path, content: dict[str, np.ndarray]) -> FaceRecord | None:
        source = path.relative_to(self.root).with_suffix(".mat").as_posix()
        absent = [name for name in VARIABLES if name not in content]
        if absent:
            raise ValueError(f"{self.NAME}, {source} lacks {', '.join(absent)}")
        pose, points = content["Pose_Para"].ravel(), content["pt2d"]
        if len(pose) < 3 or points.ndim != 2 or points.shape[0] != 2:
            raise ValueError(
                f"{self.NAME}, {source}: Pose_Para {content['Pose_Para'].shape} and "
                f"pt2d {points.shape} are not three angles and points [2,K]"
            )
        angles, points = np.rad2deg(pose[:3].astype(float)), points.T.astype(float)
        if not np.isfinite(angles).all() or not np.isfinite(points).all():
            raise ValueError(f"{self.NAME}, {source} holds NaN or infinity")
        if (np.abs(angles) > STEEPEST).any():
            return None
        counted = points
        if self._box == "visible":
            counted = points[(points >= 0).all(axis=1)]
        return FaceRecord(
            source=source,
            image=path.relative_to(self.root).as_posix(),
            split=self.SPLITS[0],
            labels={"head_pose": euler_to_rotation(angles[None])[0]},
            groups={"yaw": yaw_group(angles[1])},
            box=np.concatenate([counted.min(axis=0), counted.max(axis=0)]),
            points=points,
        )


def yaw_group(yaw: float) -> str:
    """Group of a yaw in degrees: how far the head is turned to either side."""
    turned = abs(yaw)
    return "0-30" if turned <= 30 else "30-60" if turned <= 60 else "60-99"


@DATASETS.register_module()
class Pose300WLP(PoseDataset):
    """300W-LP: faces of 300W turned in 3-D, and mirrored; for training."""

    NAME = "300w_lp"
    SITE = "http://www.cbsr.ia.ac.cn/users/xiangyuzhu/projects/3DDFA/main.htm"
    LICENCE = "research; images under the terms of 300W"
    PROTOCOL = "trained on all with angles of at most 99 degrees: 122,450 images"
    FOLDERS = tuple(
        f"{name}{flip}"
        for name in ("AFW", "HELEN", "IBUG", "LFPW")
        for flip in ("", "_Flip")
    )
    SPLITS = ("train",)
    PUBLISHED = {"train": 122_450}


@DATASETS.register_module()
class AFLW2000(PoseDataset):
    """AFLW2000-3D; of its 2,000 faces 1,969 have angles of at most 99 degrees."""

    NAME = "aflw2000"
    SITE = "http://www.cbsr.ia.ac.cn/users/xiangyuzhu/projects/3DDFA/main.htm"
    LICENCE = "research; images under the terms of AFLW"
    PROTOCOL = "tested after training on 300W-LP; mean error of pitch, yaw and roll"
    SPLITS = ("test",)
    PUBLISHED = {"test": 1_969}
