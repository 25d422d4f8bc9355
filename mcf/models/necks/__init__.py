from .pseudo_image_decoder import PseudoImageDecoder, unpatchify
from .teacher_target import TeacherTarget, tap_features

__all__ = ["PseudoImageDecoder", "TeacherTarget", "tap_features", "unpatchify"]
