from mcf.engine.optim.finite_guard import FiniteGuard, NonFiniteLossError
from mcf.engine.optim.layer_decay_constructor import LayerDecayConstructor
from mcf.engine.optim.optim_wrappers import AmpOptimWrapper, OptimWrapper
from mcf.engine.optim.trainable_params_constructor import TrainableParamsConstructor

__all__ = [
    "AmpOptimWrapper",
    "FiniteGuard",
    "LayerDecayConstructor",
    "NonFiniteLossError",
    "OptimWrapper",
    "TrainableParamsConstructor",
]
