"""Smaller learning rates for earlier layers of a backbone under any host's model."""

from collections.abc import Callable
from functools import partial

from mmengine.optim import OptimWrapper
from mmpretrain.engine import LearningRateDecayOptimWrapperConstructor
from torch import nn

from mcf.registry import OPTIM_WRAPPER_CONSTRUCTORS

SETTINGS = (
    "layer_decay_rate",
    "bias_decay_mult",
    "norm_decay_mult",
    "flat_decay_mult",
    "custom_keys",
)


@OPTIM_WRAPPER_CONSTRUCTORS.register_module()
class LayerDecayConstructor(LearningRateDecayOptimWrapperConstructor):
    """mmpretrain's layer-wise decay, by the depth that the backbone itself states.

    mmpretrain asks the whole model for the depth of a layer, which models of mmpose
    and mmsegmentation do not know. Here ``model.backbone.get_layer_depth`` is asked,
    as of ``mcf.DenseViT``; all that follows the backbone has the full rate, and depth
    d of D has ``layer_decay_rate ** (D - 1 - d)`` of it.

    ``paramwise_cfg`` takes ``layer_decay_rate``, ``bias_decay_mult``,
    ``norm_decay_mult``, ``flat_decay_mult`` and ``custom_keys`` with ``decay_mult``.
    What would have no effect is refused.
    """

    def __call__(self, model: nn.Module) -> OptimWrapper:
        """Build the optimiser wrapper of a model.

        Raises:
            ValueError: If a setting has no effect, or the backbone does not say how
                deep its layers are.
        """
        unknown = sorted(set(self.paramwise_cfg) - set(SETTINGS))
        keys = self.paramwise_cfg.get("custom_keys", {})
        unknown += [
            f"custom_keys[{key!r}].{name}"
            for key, settings in keys.items()
            for name in settings
            if name != "decay_mult"
        ]
        if unknown:
            raise ValueError(
                f"paramwise_cfg of LayerDecayConstructor: {', '.join(unknown)} would "
                f"have no effect; it takes {', '.join(SETTINGS)} (decay_mult only)"
            )
        unwrapped = getattr(model, "module", model)
        if not hasattr(getattr(unwrapped, "backbone", None), "get_layer_depth"):
            raise ValueError(
                "layer-wise decay needs a backbone with get_layer_depth, such as "
                "mcf.DenseViT or a transformer of mmpretrain; give the backbone one "
                "rate with custom_keys of MMEngine's default constructor instead"
            )
        return super().__call__(model)

    def add_params(
        self,
        params: list[dict],
        module: nn.Module,
        prefix: str = "",
        get_layer_depth: Callable[[str], tuple[int, int]] | None = None,
    ) -> None:
        """Add the parameters of a module and of its children."""
        if get_layer_depth is None:
            backbone = module.backbone
            get_layer_depth = partial(backbone.get_layer_depth, prefix="backbone.")
        super().add_params(params, module, prefix, get_layer_depth)
