"""A limit on the tensors that a network makes while it is built."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

SPARE = 2**28
"""Bytes beyond the file's own: tables, and stages that are cut off again."""


def stored_bytes(values: Iterable[object]) -> int:
    """Bytes in memory of tensors, each storage once, whatever the shapes say."""
    storages = {
        tensor.untyped_storage().data_ptr(): tensor.untyped_storage().nbytes()
        for tensor in values
        if isinstance(tensor, Tensor)
        and tensor.layout is torch.strided
        and tensor.device.type != "meta"
    }
    return sum(storages.values())


def check_positions(built: Mapping[str, Tensor], state: Mapping[str, Tensor]) -> None:
    """Refuse a network with other positions than its file, as files are not resized.

    Positions of a small file could else be resized to any number.

    Args:
        built: State of the network.
        state: That of the file, in any names.

    Raises:
        ValueError: If none of the file's positions are as many.
    """
    stored = {tensor.numel() for name, tensor in state.items() if "pos" in name}
    for name, tensor in built.items():
        if name.rpartition(".")[2] == "pos_embed" and tensor.numel() not in stored:
            raise ValueError(
                f"{name} of shape {tuple(tensor.shape)} is not that of the weights"
            )


class AllocationLimit(TorchDispatchMode):
    """Refuses new tensors once they are too large in sum, before memory is taken.

    The shape of a new tensor is found on the meta device, which stores nothing.

    Args:
        state: Weights that the network is built for: it may take twice their bytes
            and :data:`SPARE`.

    Raises:
        ValueError: Inside the context, for the tensor that is too much.
    """

    def __init__(self, state: Iterable[object]) -> None:
        super().__init__()
        self.stored = stored_bytes(state)
        self.left = 2 * self.stored + SPARE

    def __torch_dispatch__(
        self,
        func: object,
        types: tuple,
        args: tuple = (),
        kwargs: dict | None = None,
    ) -> object:
        """Run an operation of torch, unless it makes too large a tensor."""
        kwargs = kwargs or {}
        makes = any(argument.name == "device" for argument in func._schema.arguments)
        given = any(isinstance(value, Tensor) for value in args)
        if makes and not given and str(kwargs.get("device")) != "meta":
            self._count(func(*args, **{**kwargs, "device": "meta"}))
        return func(*args, **kwargs)

    def _count(self, planned: Tensor) -> None:
        self.left -= planned.nbytes
        if self.left < 0:
            raise ValueError(
                f"the network it describes is larger than its {self.stored} bytes of "
                f"weights: a tensor of shape {tuple(planned.shape)} is not made"
            )
