"""Optimiser groups of a model of which large parts are frozen."""

from mmengine.optim import DefaultOptimWrapperConstructor
from torch import nn

from mcf.registry import OPTIM_WRAPPER_CONSTRUCTORS


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class TrainableParamsConstructor(DefaultOptimWrapperConstructor):
    """MMEngine's constructor, silent about modules that are frozen as a whole.

    MMEngine warns of every frozen parameter, and a momentum encoder has hundreds.
    The frozen parameters stay out of the optimiser either way.
    """

    def add_params(
        self,
        params: list[dict],
        module: nn.Module,
        prefix: str = "",
        is_dcn_module: int | float | None = None,
    ) -> None:
        """Add the parameters of a module and of its children, unless all are frozen."""
        if any(parameter.requires_grad for parameter in module.parameters()):
            super().add_params(params, module, prefix, is_dcn_module)
