"""Strategies that damage valid files."""

import json
import re
import struct
import zlib
from collections.abc import Callable
from copy import deepcopy

from hypothesis import strategies as st

NUMBERS = (0, 1, 0x7F, 0x80, 0xFF, 2**15, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1)
KINDS = ("bit", "byte", "number", "cut", "lose", "double", "insert")
HOSTILE = (
    None,
    True,
    -1,
    0,
    10**6,
    2**63,
    10**400,
    1e308,
    float("nan"),
    float("inf"),
    "",
    "../../etc/passwd",
    "/etc/passwd",
    "a\0b",
    "\ud83d",
    "9" * 5000,
    [],
    {},
    [[]],
    {"a": []},
)


@st.composite
def damaged(draw: st.DrawFn, valid: bytes) -> bytes:
    """A file with one to four damages: bits, numbers, cuts, spans moved or lost."""
    data = bytearray(valid)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(1, 64))
        kind = draw(st.sampled_from(KINDS))
        if kind == "bit" and data:
            data[place] ^= 1 << draw(st.integers(0, 7))
        elif kind == "byte" and data:
            data[place] = draw(st.integers(0, 255))
        elif kind == "number":
            width = draw(st.sampled_from((1, 2, 4, 8)))
            number = draw(st.sampled_from(NUMBERS)) % 256**width
            order = draw(st.sampled_from(("little", "big")))
            data[place : place + width] = number.to_bytes(width, order)
        elif kind == "cut":
            del data[place:]
        elif kind == "lose":
            del data[place : place + length * draw(st.sampled_from((1, 8, 64)))]
        elif kind == "double":
            data[place:place] = data[place : place + length]
        else:
            data[place:place] = draw(st.binary(max_size=64))
    return bytes(data)


@st.composite
def hostile_json(draw: st.DrawFn, valid: bytes) -> bytes:
    """JSON of which one to three values, however deep, are others or missing."""
    content = [json.loads(valid)]
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(content))
        parent, key = places[draw(st.integers(0, len(places) - 1))]
        if draw(st.booleans()) or parent is content:
            parent[key] = deepcopy(draw(st.sampled_from(HOSTILE)))
        else:
            del parent[key]
    text = json.dumps(content[0])
    if draw(st.integers(0, 20)) == 0:
        text = "[" * 100_000 + text
    return text.encode()


def files(
    valid: bytes, repair: Callable[[bytes], bytes] | None, *, is_json: bool
) -> st.SearchStrategy[bytes]:
    """Damaged copies of a file, half of them with right checksums, and noise."""
    choices = [damaged(valid), damaged(valid)]
    if repair is not None:
        choices.append(damaged(valid).map(repair))
    if is_json:
        choices += [hostile_json(valid), hostile_json(valid)]
    return st.one_of(*choices, st.binary(max_size=600))


def repair_tar(data: bytes) -> bytes:
    """The tar with the sums of its headers made right."""
    blocks = [data[at : at + 512] for at in range(0, len(data), 512)]
    return b"".join(map(_with_sum, blocks))


def _with_sum(block: bytes) -> bytes:
    if len(block) < 512 or block[257:262] != b"ustar":
        return block
    total = sum(block) - sum(block[148:156]) + 8 * ord(" ")
    return block[:148] + b"%06o\0 " % total + block[156:]


def repair_png(data: bytes) -> bytes:
    """The PNG with the sums of its first chunks made right."""
    fixed = bytearray(data)
    for found in re.finditer(rb"IHDR|PLTE|IDAT|tRNS|eXIf", data):
        start = found.start()
        if start < 4:
            continue
        (length,) = struct.unpack(">I", data[start - 4 : start])
        end = start + 4 + length
        if end + 4 <= len(data):
            fixed[end : end + 4] = struct.pack(">I", zlib.crc32(data[start:end]))
    return bytes(fixed)


def _places(content: object) -> list[tuple[dict | list, object]]:
    """Every container inside, with each of its keys."""
    found = []
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        found.append((content, key))
        if isinstance(value, dict | list):
            found += _places(value)
    return found
