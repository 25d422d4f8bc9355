"""Values reduced to what every safe loader can read."""

from collections.abc import Mapping

import numpy as np
import torch
from mmengine.structures import BaseDataElement


def to_plain(value: object) -> object:
    """Copy of ``value`` made of CPU tensors and plain Python types only.

    Data samples become dicts of their metainfo and data, arrays become tensors where
    torch knows the type, and anything unknown becomes its ``str``.
    """
    if isinstance(value, torch.Tensor):
        return value.detach().cpu().clone()
    if value is None or type(value) in (bool, int, float, str, bytes):
        return value
    if isinstance(value, BaseDataElement):
        return to_plain({**dict(value.metainfo_items()), **dict(value.items())})
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [to_plain(item) for item in value]
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return torch.from_numpy(value.copy())
    return str(value)
