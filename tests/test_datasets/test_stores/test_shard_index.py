import json
import pickle
import shutil

import numpy as np
import pytest

from mcf.commands.pack import main
from mcf.datasets.stores import TarStore, write_index
from mcf.datasets.stores.shard_index import INDEX

from .test_tar_store import contents, write


@pytest.fixture
def shards(tmp_path):
    write(tmp_path / "1.tar", [("b.jpg", b"1b"), ("a.jpg", b"1a"), ("n.txt", b"-")])
    write(tmp_path / "0.tar", [("b.jpg", b"0b"), ("é.jpg", b"0"), (".h.jpg", b"-")])
    return f"{tmp_path}/*.tar"


def test_store_with_an_index_is_the_one_without(shards, tmp_path, monkeypatch):
    before = TarStore(shards)
    folder, images = write_index(shards)
    assert (folder, images) == (tmp_path / INDEX, 4)

    def scan(*arguments):
        pytest.fail("headers were read")

    monkeypatch.setattr("mcf.datasets.stores.tar_store.scan_tar", scan)
    after = TarStore(shards)
    assert contents(after) == contents(before)
    assert after.passed_over == before.passed_over
    again = pickle.loads(pickle.dumps(after))
    assert contents(again) == contents(before)
    assert len(pickle.dumps(after)) < 1000  # a path, not the index


def test_index_is_mapped_not_read(shards):
    write_index(shards)
    index = TarStore(shards)._index
    for array in (index.places, index.names.blob, index.names.ends):
        assert isinstance(array, np.memmap) and not array.flags.writeable


def test_copied_shards_keep_their_index(shards, tmp_path):
    expected = contents(TarStore(shards))
    write_index(shards)
    copy = shutil.copytree(tmp_path, tmp_path / "copy", copy_function=shutil.copyfile)
    assert contents(TarStore(f"{copy}/*.tar")) == expected


def test_shard_that_was_written_since_is_refused(shards, tmp_path):
    write_index(shards)
    write(tmp_path / "1.tar", [("c.jpg", b"1b"), ("a.jpg", b"1a"), ("n.txt", b"-")])
    with pytest.raises(ValueError, match=r"1\.tar was written since.*mcf pack"):
        TarStore(shards)


@pytest.mark.parametrize("change", ["another shard", "fewer", "other endings"])
def test_index_of_other_images_is_told_and_headers_are_read(
    shards, tmp_path, caplog, change
):
    write_index(shards)
    if change == "another shard":
        write(tmp_path / "2.tar", [("c.jpg", b"2c")])
    root = tmp_path / "0.tar" if change == "fewer" else shards
    suffixes = (".jpg",) if change == "other endings" else (".jpg", ".png")
    store = TarStore(root, suffixes=suffixes)
    assert "is of other shards or endings" in caplog.text
    names = [store.name(i) for i in range(len(store))]
    assert ("c.jpg" in names) == (change == "another shard")
    assert ("a.jpg" in names) == (change != "fewer")


def rewrite(folder, name, values):
    """Replace an array, and its sum, as an attacker would."""
    import zlib

    np.save(folder / f"{name}.npy", values)
    facts = json.loads((folder / "index.json").read_text())
    facts["sums"][name] = zlib.crc32((folder / f"{name}.npy").read_bytes())
    (folder / "index.json").write_text(json.dumps(facts))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("places", np.full((4, 3), 2)),
        ("places", np.full((4, 3), -1)),
        ("places", np.array([[0, 2**62, 2**62]] * 4)),
        ("places", np.zeros((4, 3))),
        ("places", np.zeros((3, 3), int)),
        ("places", np.zeros(12, int)),
        ("ends", np.array([0, 9, 5, 7, 21])),
        ("ends", np.array([0, 1, 2, 3, 2**60])),
        ("ends", np.array([-9, 1, 2, 3, 21])),
        ("ends", np.zeros(0, int)),
        ("names", np.array([{}], object)),
        ("names", np.zeros((2, 2), np.uint8)),
    ],
)
def test_index_that_leads_elsewhere_is_refused(shards, tmp_path, name, values):
    folder, _ = write_index(shards)
    rewrite(folder, name, values)
    with pytest.raises(ValueError, match=r"cannot be used.*write it anew"):
        TarStore(shards)


@pytest.mark.parametrize("name", ["index.json", "names.npy", "ends.npy", "places.npy"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "absent"])
def test_damage_is_told(shards, name, damage):
    folder, _ = write_index(shards)
    path = folder / name
    data = path.read_bytes()
    if damage == "cut":
        path.write_bytes(data[:-3])
    elif damage == "flipped":
        path.write_bytes(data[:-4] + bytes([data[-4] ^ 255]) + data[-3:])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
    with pytest.raises((ValueError, FileNotFoundError), match=r"faces\.index"):
        TarStore(shards)


def test_index_is_written_beside_the_shards_only(shards, tmp_path, capsys):
    main([shards, "--to", "index"])
    assert capsys.readouterr().out.startswith("4 images of ")
    with pytest.raises(ValueError, match="exists"):
        write_index(shards)
    with pytest.raises(SystemExit):
        main([shards, "--to", "index", "--out", str(tmp_path / "x")])
    with pytest.raises(SystemExit):
        main([shards, "--to", "tar"])
    (tmp_path / "more").mkdir()
    write(tmp_path / "more" / "9.tar", [("c.jpg", b"2c")])
    with pytest.raises(ValueError, match="2 folders"):
        write_index([shards, f"{tmp_path}/more/*.tar"])
