from mcf.utils.decoding import BadImageError, decode_image

from .aligned_box import AlignedBox
from .appearance import (
    NoiseFusion,
    RandomBoxBlur,
    RandomGamma,
    RandomGray,
    RandomOcclusion,
)
from .appearance_shift import AppearanceShift, RandomCover
from .decode import DecodeImage, LoadFaceImage, face_image
from .face_crop import FaceAlign, FaceCrop, WholeImageCrop
from .face_flip import FaceFlip
from .pack_face import PackFace

__all__ = [
    "AlignedBox",
    "AppearanceShift",
    "BadImageError",
    "DecodeImage",
    "FaceAlign",
    "FaceCrop",
    "FaceFlip",
    "LoadFaceImage",
    "NoiseFusion",
    "PackFace",
    "RandomBoxBlur",
    "RandomCover",
    "RandomGamma",
    "RandomGray",
    "RandomOcclusion",
    "WholeImageCrop",
    "decode_image",
    "face_image",
]
