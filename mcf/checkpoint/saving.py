"""Write a checkpoint so that a crash leaves the old file or the new one, never half."""

import json
from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import save
from torch import Tensor

from mcf.utils.atomic_file import save_atomically, write_atomically

SUFFIXES = (".pth", ".pt", ".safetensors")


def save_checkpoint(
    path: str | Path,
    state: Mapping[str, Tensor],
    meta: Mapping[str, object],
    *,
    top_level: str | None = "state_dict",
) -> None:
    """Write a state dict and what it contains, atomically.

    Args:
        path: ``.pth`` or ``.pt`` for ``{top_level: state, 'meta': meta}``, or
            ``.safetensors`` with the meta as strings (JSON where it is no string).
        state: Names to tensors; stored on the CPU, each on its own.
        meta: What the file contains, in JSON types.
        top_level: Key of the state dict in a ``.pth``; None for a bare state dict,
            which has no place for meta.

    Raises:
        FileNotFoundError: If the folder does not exist.
        ValueError: For another suffix, an empty state or meta outside JSON.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise ValueError(f"{path}: the suffix must be one of {', '.join(SUFFIXES)}")
    if not state:
        raise ValueError(f"{path}: refusing to write a checkpoint without tensors")
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path}: create the folder {path.parent} first")
    try:
        strings = {
            k: v if isinstance(v, str) else json.dumps(v) for k, v in meta.items()
        }
    except TypeError as error:
        raise ValueError(f"{path}: meta must be of JSON types: {error}") from error
    # Clones: safetensors refuses shared memory, and torch.save would store all of it.
    tensors = {name: t.detach().cpu().contiguous().clone() for name, t in state.items()}
    content = tensors if top_level is None else {top_level: tensors, "meta": dict(meta)}
    if path.suffix == ".safetensors":
        write_atomically(save(tensors, metadata=strings), path)
    else:
        save_atomically(content, path)
