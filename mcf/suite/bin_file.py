"""Pairs of faces in insightface's ``.bin``, read as data: nothing in it can run."""

import io
import os
import pickletools
from dataclasses import dataclass
from pathlib import Path

from mcf.utils.bounded_file import read_bounded

MAX_BYTES = 2**31
"""Larger files are not read."""
MAX_PAIRS = 1_000_000
MARK = object()
IMAGES = {
    "BINSTRING": 5,
    "SHORT_BINSTRING": 2,
    "BINBYTES": 5,
    "SHORT_BINBYTES": 2,
    "BINBYTES8": 9,
}
"""Operations that hold bytes, and how many of their own come before them."""
TRUTHS = {"NEWTRUE": True, "NEWFALSE": False}
NUMBERS = ("BININT1", "INT")
"""Operations by which protocols 0 to 2 write a truth value or 0 and 1."""
PUTS, GETS = ("BINPUT", "LONG_BINPUT"), ("BINGET", "LONG_BINGET")
IGNORED = ("PROTO", "FRAME")


@dataclass(frozen=True)
class Place:
    """Where in the file an encoded image is.

    Attributes:
        offset: Its first byte.
        size: How many bytes.
    """

    offset: int
    size: int


@dataclass(frozen=True)
class BinPairs:
    """Content of a file.

    Attributes:
        images: Place of each image; 2i and 2i + 1 are the i-th pair.
        same: Whether a pair is of one person.
    """

    images: tuple[Place, ...]
    same: tuple[bool, ...]


def read_bin(path: Path) -> BinPairs:
    """Places of the images and truth of the pairs.

    The file is a pickle of a list of bytes and a list of truth values. Only the few
    operations that write these are understood; anything else (a name, a call, an
    object) ends the reading. Memory and time stay in proportion to the file's length.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it holds anything else, is damaged, or is over the limits.
    """
    data = read_bounded(path, MAX_BYTES)
    try:
        return _pairs(_value(data))
    except _RefusedError as error:
        raise ValueError(
            f"{path} is no .bin of insightface: {error}. Such a file holds encoded "
            "images and truth values, nothing else; get it again from where it was "
            "published"
        ) from error


def read_image(path: Path, place: Place) -> bytes:
    """Encoded image of a file.

    Raises:
        OSError: If it cannot be read or is shorter than it was.
    """
    with path.open("rb") as file:
        data = os.pread(file.fileno(), place.size, place.offset)
    if len(data) != place.size:
        raise OSError(f"{path} ends before byte {place.offset + place.size}")
    return data


class _RefusedError(Exception):
    """What is wrong."""


def _value(data: bytes) -> object:
    """What the pickle is: bytes as places, lists, tuples and truth values."""
    stack: list = []
    memo: dict[int, object] = {}
    try:
        for operation, argument, position in pickletools.genops(io.BytesIO(data)):
            _step(operation.name, argument, position, stack, memo)
    except _RefusedError:
        raise
    # pickletools raises whatever occurs to it on damaged data.
    except Exception as error:
        raise _RefusedError(f"it is damaged: {error}"[:200]) from error
    if len(stack) != 1:
        raise _RefusedError(f"it leaves {len(stack)} values")
    return stack.pop()


def _step(
    name: str, argument: object, position: int, stack: list, memo: dict[int, object]
) -> None:
    """Follow one operation."""
    if name in IGNORED or name == "STOP":
        return
    if name in IMAGES:
        size = len(argument)
        stack.append(Place(position + IMAGES[name], size))
    elif name in TRUTHS:
        stack.append(TRUTHS[name])
    elif name in NUMBERS and argument in (0, 1):
        stack.append(bool(argument))
    elif name == "MARK":
        stack.append(MARK)
    elif name == "EMPTY_LIST":
        stack.append([])
    elif name == "LIST":
        stack.append(_to_mark(stack))
    elif name == "TUPLE":
        stack.append(tuple(_to_mark(stack)))
    elif name == "TUPLE2":
        second, first = _pop(stack), _pop(stack)
        stack.append((first, second))
    elif name == "APPENDS":
        _extend(stack, _to_mark(stack))
    elif name == "APPEND":
        _extend(stack, [_pop(stack)])
    elif name == "MEMOIZE":
        memo[len(memo)] = _top(stack)
    elif name in PUTS:
        memo[argument] = _top(stack)
    elif name in GETS and argument in memo:
        stack.append(memo[argument])
    else:
        raise _RefusedError(f"it has the operation {name} at byte {position}")


def _top(stack: list) -> object:
    if not stack or stack[-1] is MARK:
        raise _RefusedError("a value is missing")
    return stack[-1]


def _pop(stack: list) -> object:
    _top(stack)
    return stack.pop()


def _to_mark(stack: list) -> list:
    for start in range(len(stack) - 1, -1, -1):
        if stack[start] is MARK:
            values = stack[start + 1 :]
            del stack[start:]
            return values
    raise _RefusedError("a mark is missing")


def _extend(stack: list, values: list) -> None:
    target = _top(stack)
    # Flat lists only: nothing can grow but with the file.
    if not isinstance(target, list) or not all(
        isinstance(value, (Place, bool)) for value in values
    ):
        raise _RefusedError("a list holds other things than bytes and truth values")
    target.extend(values)


def _pairs(value: object) -> BinPairs:
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise _RefusedError("it is not two lists")
    images, same = value
    if not isinstance(images, list) or not isinstance(same, list):
        raise _RefusedError("it is not two lists")
    if not all(isinstance(image, Place) for image in images):
        raise _RefusedError("its first list holds other things than bytes")
    if not all(isinstance(truth, bool) for truth in same):
        raise _RefusedError("its second list holds other things than truth values")
    if not 0 < len(same) <= MAX_PAIRS or len(images) != 2 * len(same):
        raise _RefusedError(f"it has {len(images)} images for {len(same)} pairs")
    return BinPairs(tuple(images), tuple(same))
