from .contrastive_head import ContrastiveHead
from .pooled_tokens_head import PooledTokensHead
from .uper_fusion import UPerFusion

__all__ = ["ContrastiveHead", "PooledTokensHead", "UPerFusion"]
