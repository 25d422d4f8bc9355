"""Any network of torchvision, for example as a teacher."""

import torchvision
from torch import nn

from mcf.registry import MODELS


@MODELS.register_module("TorchvisionModel")
def torchvision_model(name: str) -> nn.Module:
    """Build a network of torchvision with random weights; weights are loaded after.

    Args:
        name: Its name, e.g. ``mobilenet_v2`` or ``resnet50``.

    Returns:
        The network, with its classification head.

    Raises:
        ValueError: If torchvision has no such network.
    """
    if name not in torchvision.models.list_models():
        raise ValueError(
            f"torchvision has no model {name!r}; see torchvision.models.list_models()"
        )
    return torchvision.models.get_model(name, weights=None)
