"""BIWI Kinect head poses."""

import re
from pathlib import Path

import numpy as np

from mcf.registry import DATASETS
from mcf.suite.base import FaceTaskDataset
from mcf.suite.pose_300w_lp import yaw_group
from mcf.suite.record import FaceRecord
from mcf.suite.task import Task
from mcf.utils.bounded_file import read_text
from mcf.utils.rotations import euler_to_rotation, rotation_to_euler

SEQUENCE = re.compile(r"\d\d")
MAX_BYTES = 2**16
"""Of one pose."""


@DATASETS.register_module()
class BIWI(FaceTaskDataset):
    """BIWI: 24 films of 20 people who turn their heads, 15,678 frames.

    Read are ``NN/frame_00003_rgb.png`` and ``frame_00003_pose.txt`` (in the root or in
    ``hpdb``). The matrix of a file is transposed and its roll and yaw are negated, as
    Hopenet and FSA-Net do, which puts angles into the convention of 300W-LP.

    Frames show half the person and come without face boxes. The released evaluations
    test on 15,667 crops of FSA-Net's detector; with another detector errors differ.
    """

    NAME = "biwi"
    SITE = "https://data.vision.ee.ethz.ch/cvl/gfanelli/head_pose/head_forest.html"
    LICENCE = "research; no redistribution"
    PROTOCOL = "tested after training on 300W-LP; mean error of pitch, yaw and roll"
    TASKS = (Task("head_pose", "head_pose"),)
    SPLITS = ("test",)
    PUBLISHED = {"test": 15_678}

    def read(self) -> list[FaceRecord]:
        """Frames by film, then by number."""
        base = self.root / "hpdb" if (self.root / "hpdb").is_dir() else self.root
        films = sorted(
            path
            for path in base.glob("[0-9][0-9]")
            if path.is_dir() and SEQUENCE.fullmatch(path.name)
        )
        if not films:
            self.required("hpdb")
        return [
            self._record(path, film.name)
            for film in films
            for path in sorted(film.glob("frame_*_pose.txt"))
        ]

    def _record(self, path: Path, film: str) -> FaceRecord:
        source = path.relative_to(self.root).as_posix()
        rotation = read_pose(path)
        angles = rotation_to_euler(rotation[None])[0]
        return FaceRecord(
            source=source,
            image=source.removesuffix("pose.txt") + "rgb.png",
            split="test",
            labels={"head_pose": rotation},
            groups={"yaw": yaw_group(angles[1])},
            subject=film,
        )


def read_pose(path: Path) -> np.ndarray:
    """Rotation of a head [3,3] in the convention of 300W-LP.

    Raises:
        ValueError: If the file is not a matrix of 3 x 3 and a place of 3 numbers.
    """
    words = read_text(path, MAX_BYTES).split()
    try:
        numbers = np.array([float(word) for word in words])
    except ValueError as error:
        raise ValueError(f"{path} holds something other than numbers") from error
    if len(numbers) != 12 or not np.isfinite(numbers).all():
        raise ValueError(f"{path} is not a matrix of 3 x 3 and a place of 3 numbers")
    turned = rotation_to_euler(numbers[:9].reshape(1, 3, 3).swapaxes(1, 2))
    return euler_to_rotation(turned * [1, -1, -1])[0]
