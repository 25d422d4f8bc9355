"""Loading of weight files without running what a pickle may contain."""

import argparse
import hashlib
import io
import os
import pickle
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from mmengine.dist import barrier
from mmengine.logging import HistoryBuffer
from mmengine.runner import CheckpointLoader
from safetensors.torch import load_file as load_safetensors

from mcf.checkpoint.resumed import without_commands
from mcf.checkpoint.torchscript import is_torchscript, read_torchscript
from mcf.checkpoint.wrappers import bare

_ELSEWHERE = (
    "modelzoo://",
    "torchvision://",
    "open-mmlab://",
    "openmmlab://",
    "mmcls://",
    "pavi://",
    r"(\S+\:)?s3://",
    r"(\S+\:)?petrel://",
)
_NUMBERS = "?bBhHiIlLqQefdU"  # bool, integers, floats, text; no objects


def _history_method(owner: type, name: str) -> Callable:
    """Stand in for ``getattr`` in checkpoints: serves HistoryBuffer statistics only."""
    if owner is HistoryBuffer and name in ("min", "max", "mean", "current"):
        return getattr(HistoryBuffer, name)
    raise pickle.UnpicklingError(f"GLOBAL getattr of {owner!r}, {name!r}")


def _no_bytes(*content: object) -> bytes:
    """Stand in for ``bytes`` in checkpoints, which is what empty arrays call."""
    if content:
        raise pickle.UnpicklingError("GLOBAL bytes")
    return b""


def _allowed() -> list:
    """Types of MMEngine's checkpoints, plus the argument bag that MAE's family saves.

    NumPy 1 and 2 name the module of their functions differently; both are accepted.
    """
    core = np._core if hasattr(np, "_core") else np.core
    functions = [
        (getattr(core.multiarray, name), f"{module}.multiarray.{name}")
        for name in ("_reconstruct", "scalar")
        for module in ("numpy.core", "numpy._core")
    ]
    dtypes = list({type(np.dtype(code)) for code in _NUMBERS})
    return [
        HistoryBuffer,
        (_history_method, "builtins.getattr"),
        (_no_bytes, "builtins.bytes"),
        np.ndarray,
        np.dtype,
        argparse.Namespace,
        *functions,
        *dtypes,
    ]


def load_file(
    path: str | Path, map_location: str | torch.device | None = "cpu"
) -> object:
    """Content of a weight file, unpickled only as far as that runs no foreign code.

    ``.safetensors`` files are read as such, and of TorchScript archives the state dict
    (:mod:`mcf.checkpoint.torchscript`). Anything else is read by ``torch.load`` in its
    restricted mode, which knows tensors and plain Python values, extended by what
    MMEngine writes into checkpoints (log histories, NumPy numbers and arrays).

    Args:
        path: A file that torch or safetensors wrote.
        map_location: Device for the tensors; None keeps those of the file.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file holds other types, which could run code, or is
            damaged.
    """
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"no weight file {path}")
    if path.suffix == ".safetensors":
        with _naming(path):
            return load_safetensors(path, device=str(map_location or "cpu"))
    if is_torchscript(path):
        device = str(map_location or "cpu")
        return {name: t.to(device) for name, t in read_torchscript(path).items()}
    with _naming(path):
        return _load(path, map_location)


def load_bytes(data: bytes | bytearray, name: str) -> object:
    """Content of a weight file in memory, on the CPU, read as :func:`load_file` does.

    Args:
        data: What ``torch.save`` wrote.
        name: For messages.

    Raises:
        ValueError: As :func:`load_file`.
    """
    with _naming(name):
        return _load(io.BytesIO(data), "cpu")


def _load(source: Path | io.BytesIO, device: str | torch.device | None) -> object:
    with torch.serialization.safe_globals(_allowed()):
        return torch.load(source, map_location=device, weights_only=True)


@contextmanager
def _naming(name: str | Path) -> Iterator[None]:
    """Say which file is refused, and what to do about it."""
    try:
        yield
    except pickle.UnpicklingError as error:
        refused = re.search(r"GLOBAL (\S+)", str(error))
        if refused is None:
            raise ValueError(
                f"{name} is not a weight file, or is damaged ({_reason(error)}): get "
                "it again. What a file may say is in docs/trust.md"
            ) from error
        raise ValueError(
            f"{name} was not loaded: it holds {refused[1]!r}, which is code and not "
            "weights. If you trust its source, load it yourself with "
            "torch.load(weights_only=False) and save its state dict again, best as "
            ".safetensors"
        ) from error
    except Exception as error:  # torch and safetensors raise many types here
        raise ValueError(f"{name} is damaged or cut off: {error}") from error


def _reason(error: Exception) -> str:
    """What torch found, without its advice to unpickle everything."""
    text = str(error).rpartition("WeightsUnpickler error: ")[2]
    return text.strip().partition("\n")[0] or type(error).__name__


def use_safe_loading() -> None:
    """Make MMEngine open every checkpoint of this process through :func:`load_file`.

    Covers ``load_from``, ``resume`` and ``init_cfg=dict(type='Pretrained')``. MMEngine
    by itself falls back to full unpickling when the restricted mode refuses a file.
    Nor does it then run or delete what a checkpoint names
    (:mod:`mcf.checkpoint.resumed`). Files behind http(s) are downloaded and read in
    the same way; other remote schemes are refused, because MMEngine reads them with
    full unpickling.
    """
    register = CheckpointLoader.register_scheme
    register("", load_from_local, force=True)
    register(["http://", "https://"], load_from_http, force=True)
    register(list(_ELSEWHERE), load_from_elsewhere, force=True)


def load_from_local(filename: str, map_location: str | None = None) -> object:
    """Loader of local files in MMEngine's form."""
    folder = Path(filename).expanduser().parent
    content = load_file(filename, map_location)
    state = content.get("state_dict") if isinstance(content, dict) else None
    if isinstance(state, Mapping) and all(isinstance(name, str) for name in state):
        with _naming(filename):
            content["state_dict"] = bare(state)
    return without_commands(content, folder)


def load_from_http(url: str, map_location: str | None = None) -> object:
    """Loader of URLs in MMEngine's form: a process a node downloads, all ranks read.

    The file is kept in torch's folder under the URL's last part, after a digest of the
    whole URL: many models are called ``model.safetensors``.
    """
    digest = hashlib.sha256(url.encode()).hexdigest()[:12]
    name = f"{digest}-{Path(url.split('?')[0]).name}"
    path = Path(torch.hub.get_dir()) / "checkpoints" / name
    try:
        if os.environ.get("LOCAL_RANK", "0") == "0" and not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(url, str(path), progress=False)
    finally:  # the others must not wait for a download that failed
        barrier()
    return without_commands(load_file(path, map_location), None)


def load_from_elsewhere(filename: str, map_location: str | None = None) -> object:
    """Refuse a scheme that cannot be read safely.

    Raises:
        ValueError: Always.
    """
    raise ValueError(
        f"{filename} is not loaded: this scheme unpickles without checks. Download "
        "the file and give its path"
    )
