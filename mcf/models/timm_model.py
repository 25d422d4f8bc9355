"""Any network of timm, for example as a teacher."""

from collections.abc import Mapping
from importlib.util import find_spec

from torch import nn

from mcf.registry import MODELS


@MODELS.register_module("TimmModel")
def timm_model(name: str, *, settings: Mapping[str, object] | None = None) -> nn.Module:
    """Build a network of timm with random weights; weights are loaded after.

    Args:
        name: Its name, e.g. ``vit_small_patch16_224``.
        settings: More arguments of ``timm.create_model``, e.g. ``dict(img_size=112)``.

    Returns:
        The network without its classification head.

    Raises:
        ValueError: If timm has no such network.
        ModuleNotFoundError: If timm is not installed.
    """
    if find_spec("timm") is None:
        raise ModuleNotFoundError(
            f"network {name!r} needs timm: pip install -r requirements/timm.txt"
        )
    import timm

    if not timm.is_model(name):
        near = timm.list_models(f"*{name.split('_')[0]}*")[:5]
        raise ValueError(f"timm has no model {name!r}; near it are {near}")
    return timm.create_model(
        name, pretrained=False, num_classes=0, **dict(settings or {})
    )
