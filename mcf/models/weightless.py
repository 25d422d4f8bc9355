"""Shapes of a network's outputs, without computing anything."""

from copy import deepcopy

from torch import nn


def weightless_copy(network: nn.Module) -> nn.Module:
    """Copy in evaluation mode on the meta device, which handles shapes only.

    Neither memory nor time depends on the size of the network or of its input.
    """
    memo = {id(p): nn.Parameter(p.detach().to("meta")) for p in network.parameters()}
    memo |= {id(b): b.to("meta") for b in network.buffers()}
    copy = deepcopy(network, memo)
    copy.eval()  # not chained: mmpretrain's backbones return None
    return copy
