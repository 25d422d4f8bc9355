"""Drawn videos of 1280 x 720 pixels whose points are known exactly."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import cv2
import numpy as np

from mcf.drawn_faces.face import render_face
from mcf.drawn_faces.lifelike import annotated68, lifelike_parameters
from mcf.drawn_faces.parameters import FaceParameters

RATE = 25.0
SIZE = 1280, 720
FEATHER = 24
"""Pixels over which a drawn picture fades into the backdrop of the video."""
NOISE = 5.0
"""Levels, of the sensor: deviation of every number of every pixel and frame."""
Frame = tuple[np.ndarray, np.ndarray]
"""A uint8 BGR image [720,1280,3] and the points of its faces [F,68,2]."""
Path = Callable[[float], tuple[float, float]]
"""Where the middle of a picture is at a time in seconds."""


def frontal(seed: int) -> FaceParameters:
    """A drawn face that looks at the camera, with nothing in front of it."""
    face = lifelike_parameters(seed)
    pose = replace(face.pose, yaw=0.0, pitch=0.0, roll=0.0, scale=0.2)
    extras = replace(face.extras, occluder="none", glasses="none")
    scene = replace(face.scene, blur=0.0, noise=0.0)
    return replace(face, pose=pose, extras=extras, scene=scene)


def still(seed: int, seconds: float, *, side: int = 400) -> Iterator[Frame]:
    """A face that does not move at all, under the noise of a sensor."""
    yield from moved([seed], [lambda _: (640.0, 360.0)], seconds, side=side)


def swinging(seed: int, seconds: float, *, side: int = 400) -> Iterator[Frame]:
    """A face that swings to and fro by 400 pixels once in two seconds."""
    yield from moved([seed], [swing(640, 360, 200, 0.5)], seconds, side=side)


def several(count: int, seconds: float, *, side: int = 240) -> Iterator[Frame]:
    """Faces beside each other, each of which swings a little, at its own pace."""
    paths = [
        swing(1280 * (i + 0.5) / count, 360, 0.08 * 1280 / count, 0.3 + 0.1 * i)
        for i in range(count)
    ]
    yield from moved(list(range(count)), paths, seconds, side=side)


def crossing(seeds: list[int], seconds: float, *, side: int = 280) -> Iterator[Frame]:
    """Two faces that change places, the second passing in front of the first."""

    def across(start: float, end: float) -> Path:
        return lambda time: (start + (end - start) * time / seconds, 360.0)

    yield from moved(seeds, [across(280, 1000), across(1000, 280)], seconds, side=side)


def turning(seed: int, seconds: float, *, side: int = 400) -> Iterator[Frame]:
    """A head that turns by 30 degrees to either side in two seconds, and talks."""
    face = frontal(seed)
    backdrop, rng = _backdrop(seed), np.random.default_rng(seed)
    for time in np.arange(round(seconds * RATE)) / RATE:
        yaw = 0.52 * np.sin(2 * np.pi * 0.5 * time)
        talk = 0.1 * (1 - np.cos(2 * np.pi * 2.0 * time))
        now = replace(
            face,
            pose=replace(face.pose, yaw=float(yaw)),
            expression=replace(face.expression, mouth_open=float(talk)),
        )
        image, points = backdrop.copy(), []
        points.append(_paste(image, *_drawn(now, side), (640.0, 360.0)))
        yield _noisy(image, rng), np.stack(points)


def moved(
    seeds: list[int], paths: list[Path], seconds: float, *, side: int
) -> Iterator[Frame]:
    """Drawn faces that go along paths, later ones in front of earlier ones."""
    drawn = [_drawn(frontal(seed), side) for seed in seeds]
    backdrop, rng = _backdrop(seeds[0]), np.random.default_rng(seeds[0])
    for time in np.arange(round(seconds * RATE)) / RATE:
        image = backdrop.copy()
        points = [
            _paste(image, *face, path(float(time))) for face, path in zip(drawn, paths)
        ]
        yield _noisy(image, rng), np.stack(points)


def swing(x: float, y: float, reach: float, pace: float) -> Path:
    """To and fro about a place by ``reach``, ``pace`` times a second."""
    return lambda time: (x + reach * np.sin(2 * np.pi * pace * time), y)


def _drawn(face: FaceParameters, side: int) -> tuple[np.ndarray, np.ndarray]:
    """BGR picture [S,S,3] and points [68,2] of a drawn face."""
    drawn = render_face(face, size=side)
    return drawn.image[..., ::-1], annotated68(drawn.landmarks68)


def _paste(
    image: np.ndarray,
    picture: np.ndarray,
    points: np.ndarray,
    middle: tuple[float, float],
) -> np.ndarray:
    """Lay a picture over an image, to a part of a pixel, and give its points there."""
    side = len(picture)
    shift = np.subtract(middle, (side - 1) / 2)
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    ramp = np.clip((np.arange(side) + 1) / FEATHER, 0, 1)
    ramp = np.minimum(ramp, ramp[::-1]).astype(np.float32)
    cover = cv2.warpAffine(ramp[:, None] * ramp, matrix, SIZE)[..., None]
    laid = cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REPLICATE)
    image[:] = np.round(image * (1 - cover) + laid * cover)
    return points + shift


def _backdrop(seed: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(50, 190, (9, 16, 3), dtype=np.uint8)
    return cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)


def _noisy(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Image under the noise of a sensor and of its exposure."""
    exposure = 1 + 0.01 * rng.standard_normal()
    noise = NOISE * rng.standard_normal(image.shape, np.float32)
    return np.clip(np.round(exposure * image + noise), 0, 255).astype(np.uint8)
