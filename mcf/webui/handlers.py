"""What the page does when a user does something."""

import base64
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import NamedTuple

import gradio
import numpy as np

from mcf.inference import FaceInferencer, FaceResult, LiveVideo

from . import views
from .visitor_files import VisitorFiles


class Analysis(NamedTuple):
    """Values of the components that follow an upload, in their order."""

    result: FaceResult | None
    picture: np.ndarray | None
    legend: str
    summary: str
    face: object
    json: str | None
    png: str | None


NOTHING = Analysis(None, None, "", "", None, None, None)


def tells_the_user(handler: Callable) -> Callable:
    """Turn errors of the user's input into messages on the page."""

    @wraps(handler)
    def told(*args: object) -> object:
        try:
            return handler(*args)
        except (ValueError, FileNotFoundError) as error:
            raise gradio.Error(str(error), print_exception=False) from error

    return told


class Handlers:
    """Functions behind the page; they may run for several users at once.

    Args:
        inferencer: What analyses images.
        files: Where uploads are and results go.
        pretraining: What draws reconstructions and attention, or None.
    """

    def __init__(
        self,
        inferencer: FaceInferencer,
        files: VisitorFiles,
        pretraining: views.PretrainingViews | None = None,
    ) -> None:
        self.inferencer = inferencer
        self.files = files
        self.pretraining = pretraining

    @tells_the_user
    def analyse(self, upload: str | None, opacity: float) -> Analysis:
        """Everything about an uploaded file; nothing if it was taken away."""
        if upload is None:
            return NOTHING
        result = self.inferencer(self.files.read(upload))
        drawn = result.draw(opacity=opacity)
        json, png = self._files(result, drawn)
        return Analysis(
            result,
            views.shown_picture(result, drawn),
            views.legend(result),
            views.summary(result),
            gradio.Dropdown(
                [(f"face {i + 1}", i) for i in range(len(result))],
                value=0 if len(result) else None,
                visible=len(result) > 1,
            ),
            json,
            png,
        )

    @tells_the_user
    def follow(
        self, frame: str | None, live: LiveVideo | None
    ) -> tuple[str, LiveVideo | None]:
        """HTML of a camera's next frame with its faces, and what follows them.

        Args:
            frame: As ``data:`` address; None when the camera is off.
            live: What followed the faces up to the frame before.
        """
        if frame is None:
            return "", None
        live = live or self.inferencer.live()
        content = base64.b64decode(frame.partition(",")[2], validate=True)
        return views.live_picture(live.frame(content, time.monotonic())), live

    @tells_the_user
    def redraw(
        self, result: FaceResult | None, opacity: float
    ) -> tuple[np.ndarray | None, str | None]:
        """Picture and its file with another opacity of the parts."""
        if result is None:
            return None, None
        drawn = result.draw(opacity=opacity)
        return views.shown_picture(result, drawn), self._files(result, drawn)[1]

    @tells_the_user
    def reconstruct(
        self, result: FaceResult | None, face: int | None, ratio: float, seed: float
    ) -> np.ndarray | None:
        """Reconstruction of a face."""
        if result is None or face is None:
            return None
        crop = views.face_crop(result, face, self.pretraining.size)
        return self.pretraining.reconstruction(crop, ratio, int(seed))

    @tells_the_user
    def attend(self, result: FaceResult | None, face: int | None) -> np.ndarray | None:
        """Attention to a face."""
        if result is None or face is None:
            return None
        crop = views.face_crop(result, face, self.pretraining.size)
        return self.pretraining.attention(crop)

    def _files(self, result: FaceResult, drawn: np.ndarray) -> tuple[str, str]:
        """JSON and picture for downloading.

        Raises:
            NoRoomError: If the server holds as much as it may.
        """
        json = result.to_json().encode()
        with self.files.room(len(json) + drawn.nbytes):
            folder = Path(tempfile.mkdtemp(dir=self.files.folder))
            (folder / "faces.json").write_bytes(json)
            views.write_png(folder / "faces.png", drawn)
        return str(folder / "faces.json"), str(folder / "faces.png")
