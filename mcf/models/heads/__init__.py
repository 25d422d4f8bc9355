from .age_head import CoralAgeHead, DistributionAgeHead
from .contrastive_head import ContrastiveHead
from .cosface_head import CosFaceClsHead
from .pooled_tokens_head import PooledTokensHead
from .rotation_head import RotationHead
from .uper_fusion import UPerFusion

__all__ = [
    "ContrastiveHead",
    "CoralAgeHead",
    "CosFaceClsHead",
    "DistributionAgeHead",
    "PooledTokensHead",
    "RotationHead",
    "UPerFusion",
]
