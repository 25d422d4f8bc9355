"""Optimiser wrappers with the non-finite guard; mixed precision for GPU and CPU."""

import logging

import torch
from mmengine.device import get_device
from mmengine.logging import print_log
from mmengine.optim import AmpOptimWrapper as MMEngineAmpOptimWrapper
from mmengine.optim import OptimWrapper as MMEngineOptimWrapper
from torch.optim import Optimizer

from mcf.engine.optim.finite_guard import FiniteGuard
from mcf.registry import OPTIM_WRAPPERS
from mcf.utils.environment import cpu_has_bfloat16

_DTYPES = dict(float16=torch.float16, bfloat16=torch.bfloat16)


def resolve_dtype(dtype: str | None, *, gpu: bool) -> torch.dtype:
    """Type for autocast: as given, or float16 on a GPU and bfloat16 on a CPU.

    Raises:
        ValueError: If the name is unknown, or float16 is asked for on a CPU.
    """
    if dtype is None:
        return torch.float16 if gpu else torch.bfloat16
    if dtype not in _DTYPES:
        raise ValueError(f"dtype={dtype!r} is not one of {list(_DTYPES)}")
    if _DTYPES[dtype] is torch.float16 and not gpu:
        raise ValueError(
            "float16 training needs a GPU; on a CPU use "
            "optim_wrapper.dtype='bfloat16', or train without --amp"
        )
    return _DTYPES[dtype]


@OPTIM_WRAPPERS.register_module()
class OptimWrapper(FiniteGuard, MMEngineOptimWrapper):
    """MMEngine's ``OptimWrapper`` that never applies a non-finite loss.

    Args are those of :class:`mmengine.optim.OptimWrapper`; see :class:`FiniteGuard`.
    """


@OPTIM_WRAPPERS.register_module()
class AmpOptimWrapper(FiniteGuard, MMEngineAmpOptimWrapper):
    """MMEngine's ``AmpOptimWrapper`` that also runs on a CPU and has a guard.

    On a GPU it is MMEngine's: float16 or bfloat16 autocast and a gradient scaler. On a
    CPU, where MMEngine's refuses to start, it is bfloat16 autocast with the scaler
    switched off: bfloat16 has the range of float32 and needs no scaling.

    Args:
        optimizer: The wrapped optimiser.
        loss_scale: ``dynamic``, a fixed scale, or settings of torch's ``GradScaler``;
            without effect on a CPU.
        dtype: ``float16`` or ``bfloat16``; by default the first on a GPU, the second
            on a CPU.
        accumulative_counts: Micro-batches per optimiser step.
        clip_grad: Settings of MMEngine's gradient clipping.

    Raises:
        ValueError: If ``dtype`` is unknown or is float16 on a CPU.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        loss_scale: str | float | dict = "dynamic",
        dtype: str | None = None,
        accumulative_counts: int = 1,
        clip_grad: dict | None = None,
    ) -> None:
        gpu = get_device() != "cpu"
        cast_dtype = resolve_dtype(dtype, gpu=gpu)
        common = dict(
            optimizer=optimizer,
            accumulative_counts=accumulative_counts,
            clip_grad=clip_grad,
        )
        if gpu:
            super().__init__(loss_scale=loss_scale, dtype=cast_dtype, **common)
            return
        if not cpu_has_bfloat16():
            print_log(
                "this processor has no bfloat16 instructions: --amp works and is slow",
                logger="current",
                level=logging.WARNING,
            )
        MMEngineOptimWrapper.__init__(self, **common)
        self.cast_dtype = cast_dtype
        self.loss_scaler = torch.amp.GradScaler("cpu", enabled=False)
        self._scale_update_param = None
