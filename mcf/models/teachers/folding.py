"""Frozen batch normalisation folded into the convolutions before it."""

from collections.abc import Collection
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norm(network: nn.Module, keep: Collection[str] = ()) -> None:
    """Fold every BatchNorm2d that follows a Conv2d in an ``nn.Sequential``, in place.

    There, and only there, the order of the parts is the order of computation, so the
    function of the network stays the same within rounding. The normalisation becomes
    an identity: names stay, and a tap on it has the values that it had.

    Args:
        network: Network in eval mode.
        keep: Names of convolutions whose own output somebody wants to see.
    """
    for name, part in network.named_modules():
        if not isinstance(part, nn.Sequential):
            continue
        for (conv_key, conv), (norm_key, norm) in pairwise(part.named_children()):
            conv_name = f"{name}.{conv_key}" if name else conv_key
            plain = type(conv) is nn.Conv2d and type(norm) is nn.BatchNorm2d
            if plain and norm.track_running_stats and conv_name not in keep:
                setattr(part, conv_key, fuse_conv_bn_eval(conv, norm))
                setattr(part, norm_key, nn.Identity())
