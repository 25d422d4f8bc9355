"""Low-rank adaptation: a frozen network with thin trained additions (LoRA)."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class LoRALinear(nn.Linear):
    """Linear layer ``x W^T + b`` that stays, plus a trained ``x (up down)^T``.

    Hu et al., "LoRA" (2022), section 4.1. ``up`` starts at zero, so training starts
    from the layer as it is. Weight and bias keep their names, and files of the network
    without additions fit. Deviation: no ``alpha / rank`` before the product, which with
    Adam acts as a learning rate does (ibid.); a file thus says all about its layers.

    Args:
        layer: Layer to take weight and bias of.
        rank: Rows of ``lora_down`` [rank, C_in] and columns of ``lora_up``
            [C_out, rank].
    """

    def __init__(self, layer: nn.Linear, rank: int) -> None:
        super().__init__(layer.in_features, layer.out_features, device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        self.lora_down = nn.Parameter(torch.empty(rank, self.in_features))
        self.lora_up = nn.Parameter(torch.zeros(self.out_features, rank))
        nn.init.kaiming_uniform_(self.lora_down, a=math.sqrt(5))

    def forward(self, features: Tensor) -> Tensor:
        """Features [..., C_in] to [..., C_out]."""
        added = F.linear(F.linear(features, self.lora_down), self.lora_up)
        return super().forward(features) + added


def add_lora(network: nn.Module, rank: int) -> None:
    """Freeze a network and add trained low-rank terms to its linear layers, in place.

    Args:
        network: A network whose linear layers are called, not read, as mmpretrain's
            blocks do; torch's own ``MultiheadAttention`` reads their weights.
        rank: Of the additions.

    Raises:
        ValueError: If the rank is not positive.
    """
    if rank < 1:
        raise ValueError(f"LoRA of rank {rank}: give a positive rank, such as 8")
    network.requires_grad_(False)
    for module in list(network.modules()):
        for name, child in module.named_children():
            if isinstance(child, nn.Linear):
                setattr(module, name, LoRALinear(child, rank))
