"""Which modules of a network are called."""

from torch import nn


def watch_calls(network: nn.Module) -> list[nn.Module]:
    """Its modules in the order of their calls from now on; the list grows."""
    calls: list[nn.Module] = []
    for module in network.modules():
        module.register_forward_pre_hook(lambda called, _: calls.append(called))
    return calls
