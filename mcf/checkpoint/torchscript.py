"""State dicts of TorchScript archives, without running or unpickling them.

Such a file is a zip archive of one folder: ``data.pkl`` describes a tree of modules
whose tensors lie in ``data/0``, ``data/1``, …, and ``code/`` says which of a module's
tensors are parameters and buffers. The code is searched for those two lists only.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from .archive import Archive, is_archive_with
from .pickled_values import Call, Instance, Name, Persistent, read_pickle

State = dict[str, Tensor]

MAX_PICKLE = 2**20
"""Bytes of ``data.pkl``; those of FaRL's networks have 30 thousand."""
MAX_CODE = 2**26
"""Bytes of all source files together, unpacked."""
MAX_ITEMS = 300_000
"""Attributes of all modules together."""
MAX_DEPTH = 64
MAX_NAME = 1000
MAX_REPEATED = 2**20
"""Elements that a tensor may have beyond those of its storage, by strides of 0."""

DTYPES = {
    "BFloat16Storage": torch.bfloat16,
    "BoolStorage": torch.bool,
    "ByteStorage": torch.uint8,
    "CharStorage": torch.int8,
    "ComplexDoubleStorage": torch.complex128,
    "ComplexFloatStorage": torch.complex64,
    "DoubleStorage": torch.float64,
    "FloatStorage": torch.float32,
    "HalfStorage": torch.float16,
    "IntStorage": torch.int32,
    "LongStorage": torch.int64,
    "ShortStorage": torch.int16,
}
TENSOR = Name("torch._utils", "_rebuild_tensor_v2")
PARAMETER = Name("torch._utils", "_rebuild_parameter")
INERT = {
    Name("collections", "OrderedDict"),
    Name("torch", "device"),
    Name("builtins", "complex"),
    *(
        Name("torch.jit._pickle", name)
        for name in (
            "build_boollist",
            "build_doublelist",
            "build_intlist",
            "build_tensorlist",
            "restore_type_tag",
        )
    ),
}
"""What else a module may be made of; none of it is a weight by itself."""
SCRIPTED = "__torch__"
CLASS = re.compile(r"^class (\w+)(\(Module\))?.*:$", re.M)
LIST = re.compile(r'^  __(?:parameters|buffers)__ = \[((?:"[^"\\\n]*",? ?)*)\]$', re.M)
"""Of names, as the source of a class gives them."""


def is_torchscript(path: str | Path) -> bool:
    """Whether a file is a TorchScript archive, judged by its list of contents."""
    return is_archive_with(path, ("data.pkl", "constants.pkl"))


def read_torchscript(path: str | Path) -> State:
    """Parameters and buffers of a TorchScript archive by their dotted names.

    The same as ``torch.jit.load(path, map_location="cpu").state_dict()``, but nothing
    of the archive is compiled, executed or unpickled.

    Raises:
        ValueError: Naming the file, if it is damaged, holds foreign classes, or says
            of its tensors what cannot be.
    """
    with Archive(path) as archive, archive.naming():
        root = read_pickle(archive.read("data.pkl", limit=MAX_PICKLE))
        _check_names(root)
        _check_byte_order(archive)
        return _Reader(archive).state(root)


def read_extra_file(path: str | Path, name: str) -> bytearray | None:
    """Extra file of a TorchScript archive; None if no file has that name.

    Raises:
        ValueError: Naming the file, if the archive is damaged.
    """
    with Archive(path) as archive, archive.naming():
        inner = f"extra/{name}"
        return archive.read_stored(inner) if inner in archive else None


@dataclass
class _Reader:
    """Tensors and modules of one archive."""

    archive: Archive
    storages: dict[str, Tensor] = field(default_factory=dict)
    sources: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    code_left: int = MAX_CODE

    def state(self, root: object) -> State:
        """Tensors of a module and all within, by dotted names."""
        if not isinstance(root, Instance) or not self.is_module(root.kind):
            raise ValueError("its content is no module")
        state: State = {}
        items = 0
        stack = [("", root, ())]
        while stack:
            prefix, module, above = stack.pop()
            if id(module) in above:
                raise ValueError(f"module {prefix!r} contains itself")
            if not isinstance(module.state, dict):
                raise ValueError(f"module {prefix!r} is built by code of its own")
            weights = self.weights_of(module.kind)
            items += 1 + len(weights) + len(module.state)
            if items > MAX_ITEMS or len(above) > MAX_DEPTH or len(prefix) > MAX_NAME:
                raise ValueError(
                    f"its modules have more than {MAX_ITEMS} attributes, lie deeper "
                    f"than {MAX_DEPTH}, or have longer names than {MAX_NAME} letters"
                )
            for name in weights:
                value = module.state.get(name)
                if value is not None:
                    state[prefix + name] = self.tensor(value)
            inner = [
                (f"{prefix}{name}.", value, (*above, id(module)))
                for name, value in module.state.items()
                if isinstance(value, Instance) and self.is_module(value.kind)
            ]
            stack.extend(reversed(inner))
        return state

    def is_module(self, kind: Name) -> bool:
        return kind.name in self.source(kind.module)

    def weights_of(self, kind: Name) -> list[str]:
        """Names of a class's parameters and buffers."""
        return self.source(kind.module)[kind.name]

    def source(self, module: str) -> dict[str, list[str]]:
        """Names of parameters and buffers by class of a source file."""
        if module not in self.sources:
            file = "/".join(["code", *module.split(".")]) + ".py"
            code = self.archive.read(file, limit=self.code_left)
            self.code_left -= len(code)
            self.sources[module] = _weight_lists(code.decode())
        return self.sources[module]

    def tensor(self, value: object) -> Tensor:
        if isinstance(value, Call) and value.function == PARAMETER:
            value = value.arguments[0] if value.arguments else None
        if not isinstance(value, Call) or value.function != TENSOR:
            raise ValueError(f"a weight is no plain tensor but {_kind_of(value)}")
        match value.arguments:
            case (
                Persistent() as reference,
                int(offset),
                tuple(size),
                tuple(stride),
                *_,
            ):
                storage = self.storage(reference)
            case _:
                raise ValueError("a tensor is not described as TorchScript does it")
        _check_layout(storage.numel(), offset, size, stride)
        return storage.as_strided(size, stride, offset)

    def storage(self, reference: Persistent) -> Tensor:
        """All numbers of a storage [N]; tensors may share it."""
        match reference.key:
            case ("storage", Name("torch", kind), str(key), str(), int(count)):
                pass
            case _:
                raise ValueError("a tensor refers to no storage")
        if kind not in DTYPES:
            raise ValueError(f"numbers of type torch.{kind} are not read")
        if not re.fullmatch(r"[A-Za-z0-9_]{1,32}", key):
            raise ValueError(f"a storage is called {key[:80]!r}")
        dtype = DTYPES[kind]
        if key not in self.storages:
            self.storages[key] = self._numbers(f"data/{key}", dtype)
        storage = self.storages[key]
        if storage.dtype != dtype or storage.numel() != count:
            raise ValueError(
                f"{count} numbers of {dtype} are declared for data/{key}, which holds "
                f"{storage.numel()} of {storage.dtype}"
            )
        return storage

    def _numbers(self, file: str, dtype: torch.dtype) -> Tensor:
        data = self.archive.read_stored(file)
        if len(data) % dtype.itemsize:
            raise ValueError(f"{file} has {len(data)} bytes, no whole {dtype}")
        if not data:
            return torch.empty(0, dtype=dtype)
        return torch.frombuffer(data, dtype=dtype)


def _weight_lists(code: str) -> dict[str, list[str]]:
    """Names of parameters, then buffers of each class that is a module."""
    classes = list(CLASS.finditer(code))
    ends = [*(found.start() for found in classes[1:]), len(code)]
    return {
        found[1]: [
            name
            for names in LIST.findall(code, found.end(), end)
            for name in re.findall(r'"([^"]*)"', names)
        ]
        for found, end in zip(classes, ends)
        if found[2]
    }


def _check_layout(count: int, offset: int, size: tuple, stride: tuple) -> None:
    """Refuse a tensor that reaches beyond the numbers of its storage."""
    numbers = (offset, *size, *stride)
    if not all(type(number) is int and 0 <= number < 2**62 for number in numbers):
        raise ValueError(f"a tensor has size {size}, strides {stride}, offset {offset}")
    if len(size) != len(stride) or len(size) > MAX_DEPTH:
        raise ValueError(f"a tensor has {len(size)} sizes and {len(stride)} strides")
    elements = math.prod(size)
    last = offset + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
    if elements and last >= count:
        raise ValueError(
            f"a tensor of size {size} reaches number {last} of a storage of {count}"
        )
    if offset > count or elements > max(count, MAX_REPEATED):
        raise ValueError(
            f"a tensor of size {size} at {offset} repeats a storage of {count} numbers"
        )


def _check_byte_order(archive: Archive) -> None:
    if "byteorder" in archive:
        order = archive.read("byteorder", limit=16)
        if order != b"little":
            raise ValueError(f"its numbers have the byte order {order!r}, not little")


def _check_names(root: object) -> None:
    """Refuse a pickle that names anything but TorchScript's own."""
    for name in _names(root):
        own = name.module == SCRIPTED or name.module.startswith(f"{SCRIPTED}.")
        parts = [*name.module.split("."), name.name]
        if own and all(re.fullmatch(r"\w+", part, re.ASCII) for part in parts):
            continue
        storage = name.module == "torch" and name.name.endswith("Storage")
        if not storage and name not in {TENSOR, PARAMETER, *INERT}:
            raise ValueError(
                f"it holds {str(name)!r}, which is code and no part of a module"
            )


def _names(root: object) -> Iterator[Name]:
    """All names in a tree of values, each object visited once."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        value = stack.pop()
        if isinstance(value, Name):
            yield value
        if not isinstance(value, (Instance, Call, Persistent, tuple, list, dict)):
            continue
        if id(value) in seen:
            continue
        seen.add(id(value))
        match value:
            case Instance():
                stack += [value.kind, value.state]
            case Call():
                stack += [value.function, value.arguments]
            case Persistent():
                stack.append(value.key)
            case dict():
                stack += [*value.keys(), *value.values()]
            case _:
                stack += value


def _kind_of(value: object) -> str:
    match value:
        case Call():
            return str(value.function)
        case Instance():
            return str(value.kind)
    return f"a {type(value).__name__}"
