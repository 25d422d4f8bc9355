from .contrastive_head import ContrastiveHead
from .uper_fusion import UPerFusion

__all__ = ["ContrastiveHead", "UPerFusion"]
