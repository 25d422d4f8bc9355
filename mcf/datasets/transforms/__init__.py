from .appearance import (
    NoiseFusion,
    RandomBoxBlur,
    RandomGamma,
    RandomGray,
    RandomOcclusion,
)
from .decode import BadImageError, DecodeImage, decode_image
from .face_crop import FaceAlign, FaceCrop
from .face_flip import FaceFlip

__all__ = [
    "BadImageError",
    "DecodeImage",
    "FaceAlign",
    "FaceCrop",
    "FaceFlip",
    "NoiseFusion",
    "RandomBoxBlur",
    "RandomGamma",
    "RandomGray",
    "RandomOcclusion",
    "decode_image",
]
