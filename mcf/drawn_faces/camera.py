"""The camera: focus, exposure, white balance and noise."""

import cv2
import numpy as np

from mcf.drawn_faces.parameters import FaceParameters, generator

SHOULDER = 0.8  # brighter values are compressed instead of clipped


def develop(image: np.ndarray, parameters: FaceParameters) -> np.ndarray:
    """Turns painted colours, ``[H, W, 3]`` float32, into an uint8 photograph."""
    scene, size = parameters.scene, image.shape[0]
    if scene.blur > 0:
        image = cv2.GaussianBlur(image, (0, 0), max(scene.blur * size, 0.4))
    balance = scene.exposure * np.array([1 + scene.warmth, 1.0, 1 - scene.warmth])
    image = image * balance.astype(np.float32)
    room = np.float32(1.25 - SHOULDER)
    above = np.maximum(image - SHOULDER, 0)
    image -= above * above / (above + room)
    noise = generator(parameters.seed, 7).standard_normal(image.shape[:2], np.float32)
    image += np.float32(scene.noise) * noise[..., None]
    return np.rint(np.clip(image, 0, 1) * 255).astype(np.uint8)
