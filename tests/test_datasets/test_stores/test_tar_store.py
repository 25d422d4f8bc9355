import gzip
import io
import os
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest

from mcf.datasets import decode_image
from mcf.datasets.stores import FolderStore, TarStore, open_store
from mcf.datasets.stores.tar_index import scan_tar
from mcf.preparation.sources import TarShards
from mcf.preparation.unit_of_work import Unit


def write(path, members):
    with tarfile.open(path, "w") as tar:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def contents(store):
    return [(store.name(i), store.read(i)) for i in range(len(store))]


def test_other_members_are_passed_over_and_suffixes_ignore_case(tmp_path):
    members = [("1.json", b"{}"), ("1.JPG", b"one"), ("1.txt", b"t"), ("2.png", b"2")]
    shard = write(tmp_path / "0.tar", members)
    assert contents(TarStore(shard)) == [("1.JPG", b"one"), ("2.png", b"2")]


def test_equal_names_are_ordered_by_shard(tmp_path):
    write(tmp_path / "1.tar", [("b.jpg", b"1b"), ("a.jpg", b"1a")])
    write(tmp_path / "0.tar", [("b.jpg", b"0b"), ("a.jpg", b"0a")])
    assert contents(TarStore(f"{tmp_path}/*.tar")) == [
        ("a.jpg", b"0a"),
        ("a.jpg", b"1a"),
        ("b.jpg", b"0b"),
        ("b.jpg", b"1b"),
    ]


def test_list_of_globs_and_paths_counts_each_shard_once(tmp_path):
    first = write(tmp_path / "0.tar", [("a.jpg", b"a")])
    write(tmp_path / "1.tar", [("b.jpg", b"b")])
    store = TarStore([f"{tmp_path}/*.tar", first])
    assert contents(store) == [("a.jpg", b"a"), ("b.jpg", b"b")]


def test_shard_made_by_the_tar_command_equals_its_folder(faces_folder, tmp_path):
    shard = tmp_path / "x.tar"
    subprocess.run(["tar", "-C", faces_folder, "-cf", shard, "."], check=True)
    assert contents(TarStore(shard)) == contents(FolderStore(faces_folder))


def test_long_names_are_kept(tmp_path):
    name = "d/" * 120 + "x.jpg"
    assert contents(TarStore(write(tmp_path / "0.tar", [(name, b"x")]))) == [
        (name, b"x")
    ]


@pytest.mark.parametrize(
    ("magic", "kind"),
    [(b"BZh9", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "zstd")],
)
def test_compressed_shard_is_an_error_that_names_the_kind(tmp_path, magic, kind):
    shard = tmp_path / "0.tar"
    shard.write_bytes(magic + bytes(600))
    with pytest.raises(ValueError, match=rf"0\.tar.*{kind}"):
        TarStore(shard)


def test_gzipped_shard_is_an_error_that_names_the_kind(tmp_path):
    plain = write(tmp_path / "0.tar", [("a.jpg", b"a")])
    shard = tmp_path / "1.tar"
    shard.write_bytes(gzip.compress(plain.read_bytes()))
    with pytest.raises(ValueError, match=r"1\.tar.*gzip"):
        TarStore(shard)


@pytest.mark.parametrize(
    "damage",
    ["text", "empty", "cut data", "cut header", "cut between", "half end", "junk"],
)
def test_damaged_shard_is_an_error_that_names_it(tmp_path, damage):
    shard = write(tmp_path / "0.tar", [("a.jpg", b"a" * 600), ("b.jpg", b"b" * 600)])
    data = shard.read_bytes()
    second = 512 + 1024
    shard.write_bytes(
        {
            "text": b"no tar at all" * 100,
            "empty": b"",
            "cut data": data[: second + 512 + 100],
            "cut header": data[: second + 100],
            "cut between": data[:second],
            "half end": data[: 2 * second + 100],
            "junk": data[:second] + b"\x55" * 512 + data[second + 512 :],
        }[damage]
    )
    with pytest.raises(ValueError, match=r"0\.tar"):
        TarStore(shard)


def test_shards_joined_by_cat_are_an_error_with_the_remedy(tmp_path):
    first = write(tmp_path / "0.tar", [("a.jpg", b"a" * 600)])
    second = write(tmp_path / "1.tar", [("b.jpg", b"b" * 600)])
    joined = tmp_path / "2.tar"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    said = r"2\.tar' continues after its end.*concatenate"
    with pytest.raises(ValueError, match=said):
        TarStore(joined)
    subprocess.run(["tar", "--concatenate", "-f", first, second], check=True)
    assert [name for name, _ in contents(TarStore(first))] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("blocks", [1, 2, 5000])
def test_any_number_of_blocks_of_zeros_ends_a_shard(tmp_path, blocks):
    shard = write(tmp_path / "0.tar", [("a.jpg", b"a" * 600)])
    shard.write_bytes(shard.read_bytes()[: 512 + 1024] + bytes(512 * blocks))
    assert contents(TarStore(shard)) == [("a.jpg", b"a" * 600)]


FORMATS = {
    "ustar": tarfile.USTAR_FORMAT,
    "gnu": tarfile.GNU_FORMAT,
    "pax": tarfile.PAX_FORMAT,
}


@pytest.mark.parametrize("kind", FORMATS)
def test_members_are_those_that_tarfile_finds(tmp_path, kind):
    names = ["a.jpg", "d/" * 40 + "b" * 60 + ".png", "./c.jpg", "e é.jpg"]
    if kind != "ustar":
        names += ["f" * 150 + "/" + "g" * 200 + ".jpg", "bad \udcff.jpg"]
    shard = tmp_path / "0.tar"
    with tarfile.open(shard, "w", format=FORMATS[kind]) as tar:
        folder = tarfile.TarInfo("folder")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for size, name in enumerate(names):
            member = tarfile.TarInfo(name)
            member.size, member.mtime = 500 * size, 1.5
            tar.addfile(member, io.BytesIO(b"x" * member.size))
    with tarfile.open(shard) as tar:
        expected = [
            (os.fsencode(one.name).removeprefix(b"./"), one.offset_data, one.size)
            for one in tar
            if one.isreg()
        ]
    assert list(scan_tar(str(shard))) == expected
    assert len(expected) == len(names)


@pytest.mark.parametrize("kind", ["v7", "oldgnu", "gnu", "ustar", "posix"])
def test_members_are_those_that_the_tar_command_wrote(tmp_path, kind):
    names = ["a.jpg", "b" * 90 + ".jpg"]
    if kind != "v7":
        names.append("/".join(["c" * 60, "d" * 80, "e.jpg"]))
    for name in names:
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text(name)
    shard = tmp_path / "0.tar"
    command = ["tar", "-C", tmp_path / "in", f"--format={kind}", "-cf", shard, "."]
    subprocess.run(command, check=True)
    assert contents(TarStore(shard)) == [(n, n.encode()) for n in sorted(names)]


def header(name, size, kind=b"0"):
    """A header with a right sum, whatever else is in it."""
    number = b"%011o\0" % size if size >= 0 else (256**12 + size).to_bytes(12, "big")
    start = name.ljust(100, b"\0") + b"0000644\0" * 3 + number + b"0" * 11 + b"\0"
    block = (start + b" " * 8 + kind).ljust(512, b"\0")
    return start + b"%06o\0 " % sum(block) + block[156:]


def padded(data):
    return data + bytes(-len(data) % 512)


def pax(key, value):
    record = b" %s=%s\n" % (key, value)
    length = len(record) + len(str(len(record) + 2))
    return b"%d" % length + record


def long_name(size, kind=b"L"):
    return header(b"././@LongLink", size, kind)


GOOD = header(b"good.jpg", 600) + padded(b"g" * 600)
LAST = header(b"last.jpg", 600) + padded(b"l" * 600)
HOSTILE = {
    "size below zero": header(b"x.jpg", -1024) + LAST,
    "size below zero that leads to itself": header(b"x.jpg", -512) + LAST,
    "absurd size": header(b"x.jpg", 8**11 - 1) + LAST,
    "size of 12 bytes": header(b"x.jpg", 0)[:124] + b"\x80" + b"\xff" * 11,
    "pax size below zero": header(b"p", 14, b"x")
    + padded(pax(b"size", b"-1024"))
    + LAST,
    "pax size of 5000 digits": header(b"p", 5011, b"x")
    + padded(pax(b"size", b"9" * 5000))
    + LAST,
    "absurd length of a long name": long_name(8**11 - 1) + LAST,
    "long name over the limit": long_name(2**21) + bytes(2**21) + LAST,
    "long names without a member": (long_name(8) + padded(b"loop.jpg")) * 2000,
    "pax without a member": (header(b"p", 9, b"x") + padded(b"9 path=a\n")) * 2000,
    "pax record of length zero": header(b"p", 8, b"x") + padded(b"0 path=\n") + LAST,
    "pax record beyond its end": header(b"p", 8, b"x") + padded(b"99 p=a\n") + LAST,
    "wrong sum": header(b"x.jpg", 600)[:148] + b"0000001\0" + LAST,
    "letters for numbers": header(b"x.jpg", 0)[:124] + b"zzzzzzzzzzzz" + LAST,
}


@pytest.mark.parametrize("damage", HOSTILE)
def test_hostile_header_ends_a_shard_after_its_good_members(tmp_path, damage):
    shard = tmp_path / "0.tar"
    shard.write_bytes(GOOD + HOSTILE[damage] + bytes(1024))
    members = scan_tar(str(shard))
    assert next(members) == (b"good.jpg", 512, 600)
    with pytest.raises(ValueError, match=r"0\.tar' is damaged at byte \d+: "):
        list(members)
    (first, end) = TarShards(str(shard)).images(Unit(0, "0.tar", (str(shard),)))
    assert (first.data, first.problem) == (b"g" * 600, "")
    assert end.problem.startswith("damaged shard: it is damaged at byte")


def test_chain_of_long_names_is_read_like_one(tmp_path):
    shard = tmp_path / "0.tar"
    chain = (long_name(8) + padded(b"name.jpg")) * 5000
    shard.write_bytes(GOOD + chain + LAST + bytes(1024))
    assert [name for name, _, _ in scan_tar(str(shard))] == [b"good.jpg", b"name.jpg"]


def test_sparse_files_are_an_error_with_the_remedy(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"a")
    os.truncate(tmp_path / "a.jpg", 2**20)
    for number, kind in enumerate(["gnu", "posix"]):
        shard = tmp_path / f"{number}.tar"
        command = ["tar", "-C", tmp_path, f"--format={kind}", "--sparse", "-cf"]
        subprocess.run([*command, shard, "a.jpg"], check=True)
        with pytest.raises(ValueError, match="--sparse"):
            TarStore(shard)


def test_pipe_is_no_shard(tmp_path):
    os.mkfifo(tmp_path / "0.tar")
    with pytest.raises(ValueError, match=r"0\.tar' is no regular file"):
        TarStore(tmp_path / "0.tar")


def test_links_in_a_shard_are_an_error_with_the_remedy(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"a")
    (tmp_path / "b.jpg").hardlink_to(tmp_path / "a.jpg")
    shard = tmp_path / "0.tar"
    subprocess.run(["tar", "-C", tmp_path, "-cf", shard, "a.jpg", "b.jpg"], check=True)
    with pytest.raises(ValueError, match="--hard-dereference"):
        TarStore(shard)


def test_shard_cut_after_the_scan_fails_when_read(tmp_path):
    shard = write(tmp_path / "0.tar", [("a.jpg", b"a" * 600)])
    store = TarStore(shard)
    shard.write_bytes(shard.read_bytes()[:700])
    with pytest.raises(OSError, match=r"0\.tar"):
        store.read(0)


def test_missing_shards_and_no_image_are_errors(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        TarStore(f"{tmp_path}/nowhere*.tar")
    with pytest.raises(FileNotFoundError, match="glob"):
        TarStore(tmp_path)
    shard = write(tmp_path / "0.tar", [("a.txt", b"a")])
    with pytest.raises(ValueError, match=r"\.jpg"):
        TarStore(shard)


def test_real_shards_hold_aligned_faces_of_112_pixels(shared: Path):
    folder = shared / "data" / "faces_train" / "unlabelled_112"
    if not folder.is_dir():
        pytest.skip("no real faces")
    store = TarStore(f"{folder}/*.tar")
    assert len(store) == 21_970
    for index in np.linspace(0, len(store) - 1, 50).astype(int).tolist():
        image = decode_image(
            store.read(index), min_size=112, max_pixels=112**2, max_aspect=1
        )
        assert image.shape == (112, 112, 3)
        assert image.std() > 5, store.name(index)


def test_hidden_members_are_passed_over_and_counted(tmp_path):
    members = [("._1.jpg", b"m"), ("__MACOSX/1.jpg", b"m"), ("./1.jfif", b"one")]
    store = TarStore(write(tmp_path / "0.tar", [*members, ("1.json", b"{}")]))
    assert contents(store) == [("1.jfif", b"one")]
    assert store.passed_over == {"hidden": 2, ".json": 1}


def test_hidden_copy_of_a_shard_is_no_shard(tmp_path):
    write(tmp_path / "0.tar", [("1.jpg", b"one")])
    (tmp_path / "._0.tar").write_bytes(b"Mac OS X")
    assert contents(open_store(tmp_path)) == [("1.jpg", b"one")]
