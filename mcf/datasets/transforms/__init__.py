from mcf.utils.decoding import BadImageError, decode_image

from .appearance import (
    NoiseFusion,
    RandomBoxBlur,
    RandomGamma,
    RandomGray,
    RandomOcclusion,
)
from .decode import DecodeImage, LoadFaceImage, face_image
from .face_crop import FaceAlign, FaceCrop, WholeImageCrop
from .face_flip import FaceFlip

__all__ = [
    "BadImageError",
    "DecodeImage",
    "FaceAlign",
    "FaceCrop",
    "FaceFlip",
    "LoadFaceImage",
    "NoiseFusion",
    "RandomBoxBlur",
    "RandomGamma",
    "RandomGray",
    "RandomOcclusion",
    "WholeImageCrop",
    "decode_image",
    "face_image",
]
