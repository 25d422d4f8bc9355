import gzip
import io
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest

from mcf.datasets import decode_image
from mcf.datasets.stores import FolderStore, TarStore, open_store


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
    with pytest.raises(ValueError, match=r"2\.tar' goes on after its end.*concatenate"):
        TarStore(joined)
    subprocess.run(["tar", "--concatenate", "-f", first, second], check=True)
    assert [name for name, _ in contents(TarStore(first))] == ["a.jpg", "b.jpg"]


@pytest.mark.parametrize("blocks", [1, 2, 5000])
def test_any_number_of_blocks_of_zeros_ends_a_shard(tmp_path, blocks):
    shard = write(tmp_path / "0.tar", [("a.jpg", b"a" * 600)])
    shard.write_bytes(shard.read_bytes()[: 512 + 1024] + bytes(512 * blocks))
    assert contents(TarStore(shard)) == [("a.jpg", b"a" * 600)]


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
