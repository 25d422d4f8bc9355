"""How mmpose's own top-down configs cut faces, and what their points are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mcf.crops.face import Face
from mcf.crops.rule import Crop, Origin
from mcf.hub.mmpose_models import SCHEMAS as FOLDERS

SCHEMAS = dict(
    Face300WDataset="ibug68",
    Face300WLPDataset="ibug68",
    CocoWholeBodyFaceDataset="ibug68",
    WFLWDataset="wflw98",
    AFLWDataset="aflw19",
    COFWDataset="cofw29",
    LapaDataset="lapa106",
)
"""Our names of the points of mmpose's face data sets."""


@dataclass(frozen=True)
class TopdownCrop:
    """Crops of mmpose's ``GetBBoxCenterScale`` and ``TopdownAffine``.

    Attributes:
        size: Width and height of the crop.
        padding: Of the box, 1.25 shows 1.25 times its sides.
        use_udp: Whether pixels, not their borders, are aligned in the warp.
    """

    size: tuple[int, int]
    padding: float = 1.25
    use_udp: bool = False

    @classmethod
    def from_pipeline(cls, pipeline: Sequence[Mapping]) -> "TopdownCrop | None":
        """Rule of a test pipeline; None if it has no ``TopdownAffine``."""
        steps = {str(step["type"]).removeprefix("mmpose."): step for step in pipeline}
        affine = steps.get("TopdownAffine")
        if affine is None:
            return None
        return cls(
            size=tuple(affine["input_size"]),
            padding=steps.get("GetBBoxCenterScale", {}).get("padding", 1.25),
            use_udp=affine.get("use_udp", False),
        )

    def cut(self, photo: np.ndarray, face: Face, origin: Origin) -> Crop:
        """Crop of a face as mmpose cuts it out of its box, whatever found that.

        Args:
            photo: uint8 BGR [H,W,3].
            face: Where it is.
            origin: Where that comes from.
        """
        from mmpose.structures.bbox import get_udp_warp_matrix

        matrix = self.matrix(face, origin, photo.shape[1::-1])
        warp = matrix[:2]
        if self.use_udp:
            warp = get_udp_warp_matrix(*self._centre_and_scale(face), 0, self.size)
        pixels = cv2.warpAffine(photo, warp, self.size, flags=cv2.INTER_LINEAR)
        # mmpose takes points back by this matrix, with UDP as without.
        return Crop(pixels, matrix, 0.0)

    def matrix(
        self, face: Face, origin: Origin, photo_size: tuple[int, int]
    ) -> np.ndarray:
        """Matrix [3,3] from photo to crop for points; arguments of :meth:`cut`."""
        centre, scale = self._centre_and_scale(face)
        factors = np.asarray(self.size) / scale
        matrix = np.diag([*factors, 1.0])
        matrix[:2, 2] = (scale / 2 - centre) * factors
        return matrix

    def _centre_and_scale(self, face: Face) -> tuple[np.ndarray, np.ndarray]:
        """Middle and padded sides [2] of the box, in the crop's proportions."""
        from mmpose.structures.bbox import bbox_xyxy2cs

        box = np.asarray(face.box, np.float32)
        centre, (width, height) = bbox_xyxy2cs(box, padding=self.padding)
        ratio = self.size[0] / self.size[1]
        return centre, np.array(
            [max(width, height * ratio), max(height, width / ratio)]
        )


def schema_of(test_set: Mapping, config: str) -> str:
    """Name of our schema for the points of a test set of mmpose.

    Args:
        test_set: Its config. One that combines several says by the file of its
            metainfo of which set their points become.
        config: What the config is called, for the message.

    Raises:
        ValueError: If its points are unknown here.
    """
    name = str(test_set["type"]).removeprefix("mmpose.")
    file = (test_set.get("metainfo") or {}).get("from_file", "")
    if name == "CombinedDataset" and Path(file).stem in FOLDERS:
        return FOLDERS[Path(file).stem]
    if name not in SCHEMAS:
        raise ValueError(
            f"{config}: it is unknown what the points of {name} are; known data sets "
            f"of mmpose are {', '.join(SCHEMAS)}"
        )
    return SCHEMAS[name]
