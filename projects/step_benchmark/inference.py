"""Inference from encoded photos to results, and the networks' own share of it."""

import cv2
import torch
from mmengine.config import Config

from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer
from mcf.inference.speed import SpeedMeter
from mcf.utils.configs import read_config

TASKS = {"mmpose": "landmarks", "mmseg": "parsing"}


def measure_inference(
    name: str | Config,
    *,
    photos: int,
    photo_size: int,
    batch_size: int,
    detector: str | None,
    device: torch.device,
) -> SpeedMeter:
    """Time a network with random weights on drawn faces, one a photo, as JPEG bytes.

    A first face warms up and does not count.

    Args:
        name: Config of alignment or parsing, its file or its name.
        photos: How many.
        photo_size: Side of the square photos in pixels.
        batch_size: Faces in a forward pass.
        detector: As in :class:`~mcf.inference.FaceInferencer`.
        device: Where the network computes.

    Raises:
        ValueError: If the config is of another task.
    """
    config = read_config(name)
    task = TASKS.get(config.get("default_scope"))
    if task is None:
        raise ValueError(f"{name} is no config of alignment or parsing")
    inferencer = FaceInferencer(
        **{task: (config, None)},
        detector=detector,
        device=device,
        batch_size=batch_size,
    )
    drawn = (draw_face(seed, size=photo_size).image for seed in range(photos))
    encoded = [cv2.imencode(".jpg", image[..., ::-1])[1].tobytes() for image in drawn]
    inferencer(encoded[0])
    meter = SpeedMeter()
    for result in inferencer.stream(encoded):
        meter.add(result)
    return meter
