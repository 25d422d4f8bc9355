"""Full-precision optimiser wrapper with the non-finite guard."""

from mmengine.optim import OptimWrapper as MMEngineOptimWrapper

from mcf.engine.optim.finite_guard import FiniteGuard
from mcf.registry import OPTIM_WRAPPERS


@OPTIM_WRAPPERS.register_module()
class OptimWrapper(FiniteGuard, MMEngineOptimWrapper):
    """MMEngine's ``OptimWrapper`` that never applies a non-finite loss.

    Args are those of :class:`mmengine.optim.OptimWrapper`; see :class:`FiniteGuard`.
    """
