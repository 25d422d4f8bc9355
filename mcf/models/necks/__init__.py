from .pixel_target import PixelTarget
from .pseudo_image_decoder import PseudoImageDecoder, unpatchify
from .teacher_target import TeacherTarget
from .vit_feature_pyramid import ViTFeaturePyramid

__all__ = [
    "PixelTarget",
    "PseudoImageDecoder",
    "TeacherTarget",
    "ViTFeaturePyramid",
    "unpatchify",
]
