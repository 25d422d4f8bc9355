"""Values of a pickle as plain data: nothing that it names is looked up or called."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

MARK = object()


@dataclass(frozen=True)
class Name:
    """A class or function that a pickle names.

    Attributes:
        module: Where it would be looked up.
        name: What it is called there.
    """

    module: str
    name: str

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"


@dataclass(eq=False)
class Instance:
    """An object of a named class.

    Attributes:
        kind: Its class.
        state: What it was built from, None before.
    """

    kind: Name
    state: object = None


@dataclass(frozen=True, eq=False)
class Call:
    """A call of a named function that was not made.

    Attributes:
        function: What would be called.
        arguments: With what.
    """

    function: Name
    arguments: tuple


@dataclass(frozen=True, eq=False)
class Persistent:
    """A reference to something outside of the pickle.

    Attributes:
        key: What says where it is.
    """

    key: object


@dataclass
class _Machine:
    """Stack, memo and position of a pickle that is being read."""

    data: bytes
    position: int = 0
    stack: list = field(default_factory=list)
    memo: dict[int, object] = field(default_factory=dict)

    def take(self, count: int) -> bytes:
        end = self.position + count
        if count < 0 or end > len(self.data):
            raise ValueError("it ends in the middle of a value")
        taken, self.position = self.data[self.position : end], end
        return taken

    def number(self, code: str) -> int | float:
        return struct.unpack(code, self.take(struct.calcsize(code)))[0]

    def line(self) -> str:
        end = self.data.find(b"\n", self.position)
        if end < 0:
            raise ValueError("it ends in the middle of a name")
        line = self.take(end - self.position)
        self.position += 1
        return line.decode()

    def pop(self, kind: type | tuple[type, ...] = object) -> object:
        if not self.stack or self.stack[-1] is MARK:
            raise ValueError("a value is missing")
        value = self.stack.pop()
        if not isinstance(value, kind):
            raise ValueError(f"a {type(value).__name__} is in the wrong place")
        return value

    def pop_to_mark(self) -> list:
        for start in range(len(self.stack) - 1, -1, -1):
            if self.stack[start] is MARK:
                values = self.stack[start + 1 :]
                del self.stack[start:]
                return values
        raise ValueError("a mark is missing")

    def push(self, value: object) -> None:
        self.stack.append(value)


def read_pickle(data: bytes) -> object:
    """Value of a pickle in the few operations that the writer of TorchScript uses.

    Classes become :class:`Instance`, calls :class:`Call` and outside references
    :class:`Persistent`; all else is None, bool, int, float, str, tuple, list or dict.
    Memory and time stay in proportion to the length of ``data``.

    Raises:
        ValueError: If it is damaged, or holds another operation.
    """
    machine = _Machine(data)
    while (code := machine.take(1)) != b".":
        if code not in OPERATIONS:
            raise ValueError(f"no TorchScript writes the pickle operation {code!r}")
        try:
            OPERATIONS[code](machine)
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise ValueError(f"it is no sound pickle: {error!r}") from error
    return machine.pop()


def _protocol(machine: _Machine) -> None:
    if (version := machine.take(1)[0]) > 2:
        raise ValueError(f"it is of pickle protocol {version}, TorchScript's is 2")


def _put(machine: _Machine, index: int) -> None:
    if not machine.stack:
        raise ValueError("there is nothing to remember")
    machine.memo[index] = machine.stack[-1]


def _text(machine: _Machine) -> None:
    machine.push(machine.take(machine.number("<I")).decode())


def _tuple(machine: _Machine, count: int) -> None:
    values = [machine.pop() for _ in range(count)]
    machine.push(tuple(reversed(values)))


def _append(machine: _Machine, values: Sequence) -> None:
    target = machine.pop(list)
    target.extend(values)
    machine.push(target)


def _set_items(machine: _Machine, values: Sequence) -> None:
    if len(values) % 2:
        raise ValueError("a key has no value")
    if not all(
        key is None or isinstance(key, (str, int, float)) for key in values[::2]
    ):
        raise ValueError("a key is neither text nor a number")
    target = machine.pop(dict)
    target.update(zip(values[::2], values[1::2], strict=True))
    machine.push(target)


def _new_instance(machine: _Machine) -> None:
    machine.pop(tuple)
    machine.push(Instance(machine.pop(Name)))


def _build(machine: _Machine) -> None:
    state = machine.pop()
    instance = machine.pop(Instance)
    instance.state = state
    machine.push(instance)


def _call(machine: _Machine) -> None:
    arguments = machine.pop(tuple)
    machine.push(Call(machine.pop(Name), arguments))


OPERATIONS: dict[bytes, Callable[[_Machine], None]] = {
    b"\x80": _protocol,
    b"(": lambda m: m.push(MARK),
    b"c": lambda m: m.push(Name(m.line(), m.line())),
    b")": lambda m: m.push(()),
    b"]": lambda m: m.push([]),
    b"}": lambda m: m.push({}),
    b"N": lambda m: m.push(None),
    b"\x88": lambda m: m.push(True),
    b"\x89": lambda m: m.push(False),
    b"K": lambda m: m.push(m.number("<B")),
    b"M": lambda m: m.push(m.number("<H")),
    b"J": lambda m: m.push(m.number("<i")),
    b"G": lambda m: m.push(m.number(">d")),
    b"\x8a": lambda m: m.push(
        int.from_bytes(m.take(m.number("<B")), "little", signed=True)
    ),
    b"X": _text,
    b"q": lambda m: _put(m, m.number("<B")),
    b"r": lambda m: _put(m, m.number("<I")),
    b"h": lambda m: m.push(m.memo[m.number("<B")]),
    b"j": lambda m: m.push(m.memo[m.number("<I")]),
    b"t": lambda m: m.push(tuple(m.pop_to_mark())),
    b"\x85": lambda m: _tuple(m, 1),
    b"\x86": lambda m: _tuple(m, 2),
    b"\x87": lambda m: _tuple(m, 3),
    b"a": lambda m: _append(m, [m.pop()]),
    b"e": lambda m: _append(m, m.pop_to_mark()),
    b"s": lambda m: _set_items(m, list(reversed([m.pop(), m.pop()]))),
    b"u": lambda m: _set_items(m, m.pop_to_mark()),
    b"\x81": _new_instance,
    b"b": _build,
    b"R": _call,
    b"Q": lambda m: m.push(Persistent(m.pop())),
}
"""By code: what each does to the machine."""
