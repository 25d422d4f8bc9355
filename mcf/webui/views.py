"""What the page shows of a result, as arrays and text."""

import base64
import threading
from html import escape
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn

from mcf.crops.face import Face
from mcf.crops.recipes import cut_face, get_recipe
from mcf.datasets.schemas import declared_schema
from mcf.inference import FaceResult, VideoFrame
from mcf.inference.video_picture import draw_frame
from mcf.inspection.reconstruct import reconstruct_images
from mcf.models.masking import RandomMasking
from mcf.visualization import picture_table
from mcf.visualization.canvas import write
from mcf.visualization.overlays import heat_overlay

SHOWN_SIDE = 1280
LIVE_SIDE = 960
TILE = 288
WHITE = (255, 255, 255)
SWATCH = (
    '<span style="display:inline-block;margin:0 1em .3em 0;white-space:nowrap">'
    '<span style="display:inline-block;width:.9em;height:.9em;margin-right:.4em;'
    'border-radius:2px;vertical-align:-.1em;background:rgb{colour}"></span>{name}</span>'
)


def shown_picture(result: FaceResult, drawn: np.ndarray) -> np.ndarray:
    """Picture of a result no larger than a screen, uint8 RGB.

    Where there are several faces each has its number, from 1.

    Args:
        result: What was found.
        drawn: The image with it, uint8 RGB [H,W,3].
    """
    picture = shrink(drawn, SHOWN_SIDE)
    if len(result) > 1:
        scale = picture.shape[1] / result.size[0]
        for number, (x1, y1, *_) in enumerate(scale * result.boxes, 1):
            corner = (max(0, x1) + 4, max(0, y1) + 2)
            picture = write(
                picture, str(number), at=corner, anchor="la", colour=WHITE, outline=1
            )
    return picture


def live_picture(frame: VideoFrame) -> str:
    """Frame of a camera with its faces, as HTML that holds the picture."""
    picture = cv2.imencode(".jpg", shrink(draw_frame(frame), LIVE_SIDE))[1].tobytes()
    spent = 1000 * sum(frame.result.timings.values())
    faces = ", ".join(f"face {one}" for one in frame.ids) or "no face"
    return (
        f'<img alt="" style="width:100%" src="data:image/jpeg;base64,'
        f'{base64.b64encode(picture).decode()}"><p>{faces}, {spent:.0f} ms</p>'
    )


def shrink(image: np.ndarray, side: int) -> np.ndarray:
    """Image [H,W,3] with its longer side at most so many pixels."""
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    size = [max(1, round(scale * length)) for length in image.shape[1::-1]]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def write_png(path: Path, picture: np.ndarray) -> None:
    """Write a uint8 RGB picture [H,W,3], rather fast than small."""
    fast = [cv2.IMWRITE_PNG_COMPRESSION, 1]
    path.write_bytes(cv2.imencode(".png", picture[..., ::-1], fast)[1].tobytes())


def legend(result: FaceResult) -> str:
    """Names and colours of the classes that occur, as HTML."""
    if result.parsing is None or not len(result):
        return ""
    found = set().union(*(np.unique(face.labels) for face in result.parsing.faces))
    known = result.parsing.class_set
    return "".join(
        SWATCH.format(colour=tuple(known.colours[index]), name=escape(name))
        for index, name in enumerate(known.classes)
        if index in found and index > 0
    )


def summary(result: FaceResult) -> str:
    """Counts and times as Markdown."""
    width, height = result.size
    parts = [f"**{len(result)}** {'face' if len(result) == 1 else 'faces'}"]
    parts.append(f"{width} x {height} pixels")
    if result.landmarks is not None:
        count = declared_schema(result.landmarks.schema).count
        parts.append(f"{count} points a face")
    if result.embeddings is not None:
        parts.append(f"embeddings of {result.embeddings.shape[1]} numbers")
    times = ", ".join(f"{name} {1000 * t:.0f}" for name, t in result.timings.items())
    total = 1000 * sum(result.timings.values())
    return f"{', '.join(parts)}.\n\n{total:.0f} ms: {times}"


def face_crop(result: FaceResult, face: int, size: int) -> np.ndarray:
    """Square around a face of a result, uint8 BGR [size,size,3].

    Raises:
        ValueError: If the image has no such face.
    """
    if not 0 <= face < len(result):
        raise ValueError(f"there is no face {face + 1}, only {len(result)}")
    found = Face(result.boxes[face], 1.0)
    width, height = result.size
    whole = np.array([-0.5, -0.5, width - 0.5, height - 0.5])
    recipe = "whole" if np.allclose(found.box, whole) else "square"
    return cut_face(result.image, get_recipe(recipe, size=size), found).pixels


class PretrainingViews:
    """Pictures of a pre-training model at work on one face.

    Drawing masks seeds PyTorch's global generator and sets the model's strategy, so one
    picture is made at a time.

    Args:
        model: An ``mcf.MCF`` in evaluation mode.

    Raises:
        ValueError: If the model cannot reconstruct.
    """

    def __init__(self, model: nn.Module) -> None:
        if not hasattr(model, "reconstruct"):
            raise ValueError(f"{type(model).__name__} cannot reconstruct")
        self.model = model
        self.size = model.backbone.img_size[0]
        self._lock = threading.Lock()

    def reconstruction(self, crop: np.ndarray, ratio: float, seed: int) -> np.ndarray:
        """What the model makes of a face of which so many patches are hidden.

        Args:
            crop: uint8 BGR [H,W,3].
            ratio: Share of hidden patches.
            seed: Of the masks.

        Returns:
            uint8 RGB, see :func:`mcf.visualization.reconstruction_sheet`.

        Raises:
            ValueError: If the ratio leaves no patch.
        """
        with self._lock:
            own = self.model.masking
            self.model.masking = RandomMasking(ratio)
            try:
                return reconstruct_images(self.model, [crop], seed=seed)
            finally:
                self.model.masking = own

    @torch.no_grad()
    def attention(self, crop: np.ndarray) -> np.ndarray:
        """Face, and where the class token looks in the last block, uint8 RGB.

        Args:
            crop: uint8 BGR [size,size,3].

        Raises:
            ValueError: If the backbone has no class token.
        """
        backbone = self.model.backbone
        if not hasattr(backbone, "attention"):
            raise ValueError(f"{type(backbone).__name__} has no class token")
        pixels = torch.from_numpy(crop.transpose(2, 0, 1).copy())[None]
        batch = dict(inputs=pixels, data_samples=None)
        with self._lock:
            inputs = self.model.data_preprocessor(batch)
            weights = backbone.attention(inputs["inputs"])[0].cpu().numpy()
        weights = weights.reshape(tuple(backbone.patch_resolution))
        face = cv2.resize(crop, (TILE, TILE), interpolation=cv2.INTER_CUBIC)[..., ::-1]
        face = np.ascontiguousarray(face)
        tiles = [face, heat_overlay(face, weights / weights.max())]
        return picture_table([tiles], ["face", "attention of the class token"])
