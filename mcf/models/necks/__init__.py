from .feature_decoder import FeatureDecoder
from .pseudo_image_decoder import PseudoImageDecoder, unpatchify
from .vit_feature_pyramid import ViTFeaturePyramid

__all__ = [
    "FeatureDecoder",
    "PseudoImageDecoder",
    "ViTFeaturePyramid",
    "unpatchify",
]
