from .mcf import MCF, Reconstruction
from .momentum_encoder import MomentumEncoder, cosine_momentum

__all__ = ["MCF", "MomentumEncoder", "Reconstruction", "cosine_momentum"]
