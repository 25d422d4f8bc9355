from .contract import MaskedEncoder
from .dense_vit import DenseViT
from .masked_backbone import MaskedBackbone
from .masked_vit import MaskedViT
from .timm_backbone import TimmBackbone

__all__ = ["DenseViT", "MaskedBackbone", "MaskedEncoder", "MaskedViT", "TimmBackbone"]
