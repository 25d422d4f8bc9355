import pickle
import pickletools
import struct

import numpy as np
import pytest

from mcf.suite.bin_file import read_bin, read_image
from tests.replicas.global_tasks import encoded, write_bin

IMAGES = [encoded(seed) for seed in range(4)]
HEAD, STOP = pickle.PROTO + b"\x02", pickle.STOP
NAMES = ("os", "posix", "builtins", "_codecs")


class Hostile:
    def __reduce__(self):
        return eval, ("open('CANARY', 'w')",)


def python2(images, same):
    """As Python 2 writes a tuple of lists at protocol 2: bytes are its strings."""
    images = [pickle.BINSTRING + struct.pack("<i", len(i)) + i for i in images]
    memos = [pickle.BINPUT + bytes([2 + n]) for n in range(len(images))]
    body = b"".join(i + memo for i, memo in zip(images, memos, strict=True))
    truths = b"".join(pickle.NEWTRUE if s else pickle.NEWFALSE for s in same)
    return (
        HEAD
        + (pickle.EMPTY_LIST + pickle.BINPUT + b"\x01" + pickle.MARK + body)
        + (pickle.APPENDS + pickle.EMPTY_LIST + pickle.BINPUT + b"\xf0" + pickle.MARK)
        + (truths + pickle.APPENDS + pickle.TUPLE2 + pickle.BINPUT + b"\xf1" + STOP)
    )


def contents(path):
    pairs = read_bin(path)
    return [read_image(path, place) for place in pairs.images], list(pairs.same)


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_what_python_writes_comes_back(protocol, tmp_path):
    write_bin(tmp_path / "x.bin", pairs=2, protocol=protocol)
    assert contents(tmp_path / "x.bin") == (IMAGES, [True, False])


def test_files_of_python_2_come_back(tmp_path):
    data = python2(IMAGES, [False, True])
    assert pickle.loads(data, encoding="bytes") == (IMAGES, [False, True])
    (tmp_path / "x.bin").write_bytes(data)
    assert contents(tmp_path / "x.bin") == (IMAGES, [False, True])


def test_one_image_in_two_pairs_is_written_once_and_read_twice(tmp_path):
    images = [IMAGES[0], IMAGES[1], IMAGES[0], IMAGES[2]]
    (tmp_path / "x.bin").write_bytes(pickle.dumps((images, [True, False])))
    assert contents(tmp_path / "x.bin") == (images, [True, False])


def test_more_images_than_a_batch_of_pickle_come_back(tmp_path):
    images = [struct.pack("<I", n) * 90 for n in range(2400)]
    same = [n % 3 == 0 for n in range(1200)]
    (tmp_path / "x.bin").write_bytes(pickle.dumps((images, same)))
    assert contents(tmp_path / "x.bin") == (images, same)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Hostile(), "the operation"),
        (([Hostile()], [True]), "the operation"),
        ((IMAGES, [Hostile(), True]), "the operation"),
        ((IMAGES, [True, False], 1), "the operation"),
        ((IMAGES, [True]), "4 images for 1 pairs"),
        (([], []), "0 images for 0 pairs"),
        ((IMAGES, [b"x", True]), "second list holds"),
        (([True, False], [True]), "first list holds"),
        ((IMAGES, [True, np.bool_(True)]), "the operation"),
        ((["text", "text"], [True]), "the operation"),
        (([[b"x"], b"y"], [True]), "a list holds other things"),
        ({"a": 1}, "the operation EMPTY_DICT"),
        (IMAGES, "not two lists"),
        ((1, 2), "the operation|not two lists"),
        (b"x", "not two lists"),
    ],
)
def test_anything_else_is_refused_by_name(value, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "x.bin"
    path.write_bytes(pickle.dumps(value, protocol=4))
    with pytest.raises(ValueError, match=rf"x\.bin is no \.bin of .*({said})"):
        read_bin(path)
    assert not (tmp_path / "CANARY").exists()


def test_every_operation_that_could_run_or_name_something_is_refused(tmp_path):
    known = {
        *("BINSTRING", "SHORT_BINSTRING", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
        *("NEWTRUE", "NEWFALSE", "BININT1", "INT", "MARK", "EMPTY_LIST", "LIST"),
        *("TUPLE", "TUPLE2", "APPENDS", "APPEND", "MEMOIZE", "BINPUT", "LONG_BINPUT"),
        *("BINGET", "LONG_BINGET", "PROTO", "FRAME", "STOP"),
    }
    argument = b"os\nsystem\n" + bytes(8)
    for operation in pickletools.opcodes:
        if operation.name in known:
            continue
        code = operation.code.encode("latin-1")
        path = tmp_path / "x.bin"
        path.write_bytes(HEAD + pickle.MARK + pickle.NEWTRUE + code + argument)
        with pytest.raises(ValueError, match=r"the operation|damaged") as caught:
            read_bin(path)
        assert len(str(caught.value)) < 1000


def test_damage_anywhere_is_an_error_that_names_the_file(tmp_path):
    path = tmp_path / "x.bin"
    write_bin(path, pairs=2)
    data, rng = path.read_bytes(), np.random.default_rng(0)
    for cut in rng.integers(0, len(data), 60):
        path.write_bytes(data[:cut])
        with pytest.raises(ValueError, match=r"x\.bin"):
            read_bin(path)
    refused = 0
    for place in range(0, len(data), max(1, len(data) // 400)):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        try:
            read_bin(path)  # a byte inside an image may be another one
        except ValueError as error:
            refused += "x.bin" in str(error)
    assert refused


def test_stated_lengths_beyond_the_file_take_no_memory(tmp_path):
    path = tmp_path / "x.bin"
    for code, size in ((b"\x8e", struct.pack("<Q", 2**62)), (b"B", b"\xff" * 4)):
        path.write_bytes(HEAD + code + size + b"abc")
        with pytest.raises(ValueError, match="damaged"):
            read_bin(path)


def test_growing_by_repetition_is_refused(tmp_path):
    # A list that is remembered and put into itself would double with every step.
    body = pickle.EMPTY_LIST + pickle.BINPUT + b"\x01"
    body += (pickle.BINGET + b"\x01" + pickle.APPEND) * 50
    (tmp_path / "x.bin").write_bytes(HEAD + body + STOP)
    with pytest.raises(ValueError, match="a list holds other things"):
        read_bin(tmp_path / "x.bin")


def test_an_image_that_was_cut_off_later_is_an_error(tmp_path):
    path = tmp_path / "x.bin"
    write_bin(path, pairs=2)
    last = read_bin(path).images[-1]
    path.write_bytes(path.read_bytes()[: last.offset + 3])
    with pytest.raises(OSError, match="ends before byte"):
        read_image(path, last)
