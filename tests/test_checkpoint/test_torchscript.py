import io
import pickle
import struct
import time
import zipfile
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from mcf.checkpoint import read_state
from mcf.checkpoint.safe_load import load_file
from mcf.checkpoint.torchscript import (
    is_torchscript,
    read_extra_file,
    read_torchscript,
)

DTYPES = (torch.half, torch.bfloat16, torch.float64, torch.bool, torch.int8)
DTYPES += (torch.uint8, torch.int16, torch.int32, torch.complex64)


class Inner(nn.Module):
    """A module of everything that is and is not a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.bare = nn.Parameter(torch.randn(3))
        self.register_buffer("turned", torch.randn(4, 3).bfloat16().t())
        self.register_buffer("kept_out", torch.zeros(2), persistent=False)
        self.register_buffer("absent", None)
        self.plain = torch.ones(2)
        self.numbers = [1, 2]
        self.table = {"a": torch.zeros(1)}
        self.device = torch.device("cpu")
        self.text, self.huge, self.share = "x", 2**40, 1 + 2j

    def forward(self, images: Tensor) -> Tensor:
        return images + self.bare + self.plain.sum() + self.numbers[0]


class Outer(nn.Module):
    """Shared modules, shared storages, empty tensors and many types."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 3, bias=False)
        self.first = Inner()
        self.again = self.first
        self.several = nn.ParameterList([torch.zeros(2), torch.zeros(0, 5)])
        self.norm = nn.BatchNorm1d(3)
        self.register_buffer("row", self.linear.weight.data[1])
        self.register_buffer("repeated", torch.ones(1).expand(5))
        self.parts = nn.Sequential(nn.Conv2d(1, 1, 1), nn.Identity())
        for i, dtype in enumerate(DTYPES):
            self.register_buffer(f"type{i}", torch.tensor([0, 1, 2]).to(dtype))

    def forward(self, images: Tensor) -> Tensor:
        return self.first(self.norm(self.linear(images))) + self.row.sum()


def scripted() -> torch.jit.ScriptModule:
    torch.manual_seed(0)
    return torch.jit.script(Outer().eval())


def assert_same_as_torch(path: Path) -> None:
    ours = read_torchscript(path)
    theirs = torch.jit.load(path, map_location="cpu").state_dict()
    assert list(ours) == list(theirs)
    for name, tensor in theirs.items():
        assert ours[name].dtype == tensor.dtype, name
        assert ours[name].stride() == tensor.stride(), name
        assert torch.equal(ours[name], tensor), name


def test_scripted_archive_is_read_as_torch_reads_it(tmp_path):
    path = tmp_path / "net.pt"
    scripted().save(path)
    assert_same_as_torch(path)
    state = read_torchscript(path)
    row, whole = state["row"], state["linear.weight"]
    assert row.untyped_storage().data_ptr() == whole.untyped_storage().data_ptr()
    assert {"first.kept_out", "again.bare", "several.1"} <= set(state)
    assert not {"first.plain", "first.absent", "first.table"} & set(state)


def test_traced_archive_is_read_as_torch_reads_it(tmp_path):
    path = tmp_path / "net.pt"
    torch.jit.trace(Outer().eval(), torch.randn(2, 3)).save(path)
    assert_same_as_torch(path)


@pytest.mark.parametrize("folder", ["farl_models", "farl_models_small"])
@pytest.mark.parametrize("name", ["parsing", "alignment"])
def test_published_archives_are_read_as_torch_reads_them(shared, folder, name):
    assert_same_as_torch(shared / "parity" / folder / f"{name}.jit.pt")


def test_weight_files_of_other_kinds_are_none(tmp_path):
    torch.save({"a": torch.zeros(2)}, tmp_path / "state.pt")
    (tmp_path / "text.pt").write_text("no archive")
    assert not is_torchscript(tmp_path / "state.pt")
    assert not is_torchscript(tmp_path / "text.pt")


def test_archives_open_wherever_weights_do(tmp_path):
    path = tmp_path / "net.pt"
    network = torch.jit.script(nn.Linear(2, 1))
    network.save(path)
    for state in (load_file(path), read_state(path)):
        assert torch.equal(state["weight"], network.weight)


def test_a_frozen_archive_names_no_weights(tmp_path):
    path = tmp_path / "net.pt"
    torch.jit.freeze(torch.jit.script(nn.Linear(2, 1).eval())).save(path)
    assert read_torchscript(path) == {}
    with pytest.raises(ValueError, match=r"net\.pt: no state dict"):
        read_state(path)


def test_extra_files_come_as_bytes(tmp_path):
    path = tmp_path / "net.pt"
    network = torch.jit.script(nn.Linear(2, 1))
    torch.jit.save(network, path, _extra_files={"notes": b"\x00abc"})
    assert read_extra_file(path, "notes") == b"\x00abc"
    assert read_extra_file(path, "other") is None


# --- hostile archives ---------------------------------------------------------------

CODE = """class Net(Module):
  __parameters__ = ["weight", ]
  __buffers__ = []
  weight : Tensor
  inner : __torch__.Net
"""


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def number(value: int) -> bytes:
    data = value.to_bytes(16, "little", signed=True)
    return b"\x8a" + bytes([len(data)]) + data


def numbers(*values: int) -> bytes:
    return b"(" + b"".join(map(number, values)) + b"t"


def tensor(
    *,
    kind: str = "FloatStorage",
    key: str = "0",
    count: int = 4,
    offset: int = 0,
    size: tuple[int, ...] = (4,),
    stride: tuple[int, ...] = (1,),
    function: str = "torch._utils\n_rebuild_tensor_v2",
) -> bytes:
    storage = b"(" + text("storage") + f"ctorch\n{kind}\n".encode()
    storage += text(key) + text("cpu") + number(count) + b"tQ"
    call = f"c{function}\n".encode() + b"(" + storage + number(offset)
    hooks = b"\x89ccollections\nOrderedDict\n)R"
    return call + numbers(*size) + numbers(*stride) + hooks + b"tR"


def module(weight: bytes, *more: bytes, kind: str = "__torch__\nNet") -> bytes:
    items = text("weight") + weight + b"".join(more)
    return f"c{kind}\n".encode() + b")\x81}(" + items + b"ub"


def honest() -> dict[str, bytes]:
    return {
        "net/data.pkl": b"\x80\x02" + module(tensor()) + b".",
        "net/data/0": struct.pack("<4f", 1, 2, 3, 4),
        "net/code/__torch__.py": CODE.encode(),
        "net/constants.pkl": b"\x80\x02).",
        "net/version": b"3\n",
        "net/byteorder": b"little",
    }


def write(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def pickled(value: bytes) -> dict[str, bytes]:
    return honest() | {"net/data.pkl": b"\x80\x02" + value + b"."}


def test_the_honest_archive_is_read(tmp_path):
    state = read_torchscript(write(tmp_path / "a.pt", honest()))
    assert state["weight"].tolist() == [1, 2, 3, 4]


CALL = b"cos\nsystem\n(" + text("touch owned") + b"tR"
CYCLE = b"c__torch__\nNet\n)\x81q\x00}(" + text("inner") + b"h\x00ub"
DEEP = b"".join(b"c__torch__\nNet\n)\x81}(" + text("inner") for _ in range(70))
# 2 to the power of 40 names out of 40 modules
LAUGHS = b"c__torch__\nNet\n)\x81}bq\x00"
for level in range(1, 41):
    LAUGHS += b"c__torch__\nNet\n)\x81}("
    LAUGHS += text("a") + b"h" + bytes([level - 1])
    LAUGHS += text("b") + b"h" + bytes([level - 1]) + b"ubq" + bytes([level])

HOSTILE = {
    "foreign class": (pickled(b"cos\nsystem\n)\x81"), "os.system.*code"),
    "foreign call": (pickled(module(CALL)), "os.system.*code"),
    "foreign call aside": (
        pickled(module(tensor(), text("other") + CALL)),
        "os.system.*code",
    ),
    "class by a path": (
        pickled(module(tensor(), kind="__torch__.../../x\nNet")),
        "code",
    ),
    "other tensor function": (
        pickled(module(tensor(function="torch._utils\n_rebuild_qtensor"))),
        "_rebuild_qtensor.*code",
    ),
    "pickle of Python": (
        honest() | {"net/data.pkl": pickle.dumps(print, protocol=4)},
        "protocol 4",
    ),
    "foreign operation": (pickled(b"\x94"), "operation"),
    "unknown number type": (
        pickled(module(tensor(kind="QInt8Storage"))),
        "QInt8Storage",
    ),
    "key is a path": (pickled(module(tensor(key="../../etc/passwd"))), "is called"),
    "storage is missing": (pickled(module(tensor(key="7"))), "data/7 is missing"),
    "too many numbers declared": (
        pickled(module(tensor(count=2**40, size=(2**40,)))),
        "declared",
    ),
    "beyond the storage": (pickled(module(tensor(size=(5,)))), "reaches number 4"),
    "offset beyond": (pickled(module(tensor(offset=3))), "reaches number 6"),
    "negative size": (pickled(module(tensor(size=(-4,)))), "has size"),
    "negative stride": (pickled(module(tensor(stride=(-1,)))), "strides"),
    "negative offset": (pickled(module(tensor(offset=-1))), "offset -1"),
    "repeated without end": (
        pickled(module(tensor(size=(2**40, 4), stride=(0, 1)))),
        "repeats",
    ),
    "sizes without strides": (pickled(module(tensor(size=(2, 2)))), "1 strides"),
    "cycle": (pickled(CYCLE), "contains itself"),
    "deep": (pickled(DEEP + b"N" + 70 * b"ub"), "deeper"),
    "very many names": (pickled(LAUGHS), "attributes"),
    "hash of a deep key": (
        pickled(b"}(" + b")" + 10**5 * b"\x85" + b"Nu"),
        "key",
    ),
    "deep tuples": (pickled(b")" + 10**5 * b"\x85"), "no module"),
    "memory by an index": (pickled(b"j\xff\xff\xff\xff"), "no sound pickle"),
    "cut off pickle": (honest() | {"net/data.pkl": b"\x80\x02X\xff\xff"}, "ends in"),
    "long text declared": (
        honest() | {"net/data.pkl": b"\x80\x02X\xff\xff\xff\xffab."},
        "ends in the middle",
    ),
    "no code": (
        {name: data for name, data in honest().items() if "code" not in name},
        "__torch__.py is missing",
    ),
    "large pickle": (
        honest() | {"net/data.pkl": b"\x80\x02" + bytes(2**20)},
        "at most 1048576",
    ),
    "big endian": (honest() | {"net/byteorder": b"big"}, "byte order"),
    "half a number": (honest() | {"net/data/0": b"abc"}, "no whole"),
    "no weights but a list": (pickled(b"]"), "no module"),
    "parent folder": (honest() | {"net/../x": b""}, "called 'net/../x'"),
    "absolute": (honest() | {"/net/x": b""}, "called '/net/x'"),
    "backslash": (honest() | {"net/a\\b": b""}, "called"),
    "two folders": (honest() | {"other/data.pkl": b""}, "several folders"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_archives_are_refused_by_name(tmp_path, what, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files, reason = HOSTILE[what]
    path = write(tmp_path / "evil.pt", files)
    start = time.perf_counter()
    with pytest.raises(ValueError, match=rf"evil\.pt is not read: .*{reason}"):
        read_torchscript(path)
    assert time.perf_counter() - start < 5
    assert [file.name for file in tmp_path.iterdir()] == ["evil.pt"]


def test_entries_that_are_there_twice_are_refused(tmp_path):
    write(tmp_path / "evil.pt", honest())
    twice = pytest.warns(UserWarning, match="Duplicate")
    with zipfile.ZipFile(tmp_path / "evil.pt", "a") as archive, twice:
        archive.writestr("net/data/0", b"other")
    with pytest.raises(ValueError, match="'net/data/0' twice"):
        read_torchscript(tmp_path / "evil.pt")


def test_encrypted_archives_are_refused(tmp_path):
    path = write(tmp_path / "evil.pt", honest())
    data = bytearray(path.read_bytes())
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"evil\.pt is not read: .*encrypted"):
        read_torchscript(path)


def test_compressed_numbers_are_refused_and_do_not_fill_memory(tmp_path):
    files = honest() | {"net/data/0": bytes(2**26)}
    path = write(tmp_path / "evil.pt", files, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**18
    with pytest.raises(ValueError, match="data/0 is compressed"):
        read_torchscript(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(tmp_path, method):
    path = write(tmp_path / "evil.pt", honest(), method)
    with pytest.raises(ValueError, match="compressed as PyTorch never does"):
        read_torchscript(path)


def test_code_that_unpacks_to_much_is_refused(tmp_path):
    files = honest() | {"net/code/__torch__.py": bytes(2**26 + 1)}
    path = write(tmp_path / "evil.pt", files, zipfile.ZIP_DEFLATED)
    with pytest.raises(ValueError, match="at most"):
        read_torchscript(path)


def test_files_that_overlap_are_refused(tmp_path):
    path = write(tmp_path / "evil.pt", honest() | {"net/data/1": bytes(4000)})
    data = bytearray(path.read_bytes())
    entry = data.find(b"net/data/0", data.find(b"PK\x01\x02")) - 46
    struct.pack_into("<II", data, entry + 20, 2**20, 2**20)
    path.write_bytes(data)
    with pytest.raises(ValueError, match="overlap"):
        read_torchscript(path)


def test_a_list_of_contents_of_any_size_is_not_read(tmp_path):
    path = write(tmp_path / "evil.pt", honest())
    data = bytearray(path.read_bytes())
    struct.pack_into("<HH", data, len(data) - 14, 9, 9)
    struct.pack_into("<I", data, len(data) - 10, 2**31)
    path.write_bytes(data)
    with pytest.raises(ValueError, match="lists 9 files in 2147483648 bytes"):
        read_torchscript(path)


def test_every_cut_and_every_flipped_byte_is_a_refusal_or_the_same_weights(tmp_path):
    buffer = io.BytesIO()
    torch.jit.save(torch.jit.script(nn.Linear(2, 1)), buffer)
    data, path = buffer.getvalue(), tmp_path / "net.pt"
    step = len(data) // 150
    variants = [data[:end] for end in range(0, len(data), step)]
    for place in range(0, len(data), step):
        variants.append(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
    refused = 0
    for variant in variants:
        path.write_bytes(variant)
        try:
            state = read_torchscript(path)
        except ValueError as error:
            assert "net.pt is not read" in str(error)
            refused += 1
        else:
            assert sum(tensor.numel() for tensor in state.values()) <= 3
    assert refused > 150
