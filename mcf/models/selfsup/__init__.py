from .feature_prediction import FeaturePrediction
from .mcf import MCF, Reconstruction
from .momentum_encoder import MomentumEncoder, cosine_momentum

__all__ = [
    "MCF",
    "FeaturePrediction",
    "MomentumEncoder",
    "Reconstruction",
    "cosine_momentum",
]
