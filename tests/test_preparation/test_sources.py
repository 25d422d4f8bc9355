import json
import os
import pickle
import tarfile
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from mcf.preparation import sources
from mcf.preparation.sources import (
    FileList,
    FolderTree,
    TarShards,
    open_source,
)
from tests.test_preparation.faces import jpeg, write_photos, write_tar

A, B = jpeg(0), jpeg(1)


def read(source, index: int = 0) -> list:
    """Images of a unit as a worker sees them: source and unit come pickled."""
    source, unit = pickle.loads(pickle.dumps((source, source.unit(index))))
    return list(source.images(unit))


def test_folder_is_shared_out_in_order(tmp_path):
    names = ["a/1.jpg", "a/2.PNG", "b.jpg", "c/d/e.jpg", "z.webp"]
    write_photos(tmp_path, names)
    (tmp_path / "notes.txt").write_text("no image")
    source = FolderTree(str(tmp_path), unit_size=2)
    units = [read(source, i) for i in range(len(source))]
    assert [[image.name for image in unit] for unit in units] == [
        names[:2], names[2:4], names[4:]
    ]  # fmt: skip
    assert units[0][0].data == A


def test_files_that_cannot_be_read_are_images_with_a_problem(tmp_path, monkeypatch):
    write_photos(tmp_path, ["a.jpg", "big.jpg"])
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "big.jpg").write_bytes(A + bytes(100))
    monkeypatch.setattr(sources, "MAX_IMAGE_BYTES", len(A))
    source = FolderTree(str(tmp_path))
    problems = {image.name: image.problem for image in source.images(source.unit(0))}
    assert problems == {
        "a.jpg": "",
        "big.jpg": f"too large: over {len(A)} bytes",
        "gone.jpg": "unreadable: No such file or directory",
        "pipe.jpg": "unreadable: no regular file",
    }


def test_name_that_is_not_utf8_is_spelt_out(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.jpg"
    Path(os.fsdecode(path)).write_bytes(A)
    (image,) = read(FolderTree(str(tmp_path)))
    assert (image.name, image.data) == ("caf\\xe9.jpg", A)


def test_shard_of_img2dataset_gives_images_with_columns(tmp_path):
    facts = json.dumps({"NSFW": "UNLIKELY", "width": 96, "exif": None}).encode()
    write_tar(
        tmp_path / "00000.tar",
        [
            ("000000001.jpg", A),
            ("000000001.json", facts),
            ("000000001.txt", b"a caption"),
            ("000000002.jpg", B),
            ("000000002.json", b"{broken"),
            ("000000003.json", b"[1]"),
            ("000000003.jpg", A),
        ],
    )
    first, second, third = read(open_source(str(tmp_path)))
    assert (first.name, first.data) == ("000000001.jpg", A)
    expected = {"NSFW": "UNLIKELY", "width": "96", "exif": "null"}
    assert first.columns == expected
    assert second.columns == third.columns == {}


def test_half_a_surrogate_pair_in_a_json_is_spelt_out(tmp_path):
    facts = b'{"caption": "a \\ud83d", "k\\ude00": ["\\ud83d"], "id": 1000.0}'
    members = [("1.jpg", A), ("1.json", facts), ("2.jpg", B)]
    first, second = read(TarShards(str(write_tar(tmp_path / "a.tar", members))))
    expected = {"caption": "a \\ud83d", "k\\ude00": '["\\ud83d"]', "id": "1000"}
    assert first.columns == expected
    assert (second.data, second.problem) == (B, "")


def test_repeated_name_keeps_the_columns_of_its_own_sample(tmp_path):
    safe, unsafe = (json.dumps({"NSFW": x}).encode() for x in ("UNLIKELY", "NSFW"))
    members = [
        *(("1.jpg", A), ("1.json", unsafe), ("2.jpg", A), ("2.json", b"{}")),
        *(("1.jpg", B), ("1.txt", b""), ("1.json", safe)),  # apart from the first
        *(("1.json", unsafe), ("1.jpg", A)),  # right after the second
        *(("1.jpg", B), ("3.jpg", A)),
    ]
    images = read(TarShards(str(write_tar(tmp_path / "a.tar", members))))
    assert [(image.name, image.columns.get("NSFW")) for image in images] == [
        ("1.jpg", "NSFW"),
        ("2.jpg", None),
        ("1.jpg", "UNLIKELY"),
        ("1.jpg", "NSFW"),
        ("1.jpg", None),
        ("3.jpg", None),
    ]
    assert [image.data for image in images] == [A, A, B, A, B, A]


def test_hostile_tar_names_are_only_names(tmp_path):
    names = [
        b"../../evil.jpg",
        b"/etc/x.jpg",
        b"same.jpg",
        b"same.jpg",
        b"\xff\xfe.jpg",
    ]
    write_tar(tmp_path / "a.tar", [(name, A) for name in names])
    images = read(TarShards(str(tmp_path / "a.tar")))
    assert [image.name for image in images] == [
        "../../evil.jpg", "/etc/x.jpg", "same.jpg", "same.jpg", "\\xff\\xfe.jpg"
    ]  # fmt: skip
    assert {image.data for image in images} == {A}


def test_what_stands_before_the_damage_is_read(tmp_path):
    path = write_tar(tmp_path / "a.tar", [("1.jpg", A), ("2.jpg", B)])
    whole = path.read_bytes()
    second = whole.index(B)
    path.write_bytes(whole[: second + 100])
    first, end = read(TarShards(str(path)))
    assert (first.data, first.problem) == (A, "")
    assert end.problem.startswith("damaged shard: it is damaged at byte")
    assert "ends outside the file" in end.problem
    path.write_bytes(whole[: second - 512] + b"x" * 512 + whole[second:])
    first, end = read(TarShards(str(path)))
    assert first.data == A
    assert end.problem.startswith("damaged shard: it is damaged at byte")


def test_shard_that_ends_between_two_members_is_damaged(tmp_path):
    path = write_tar(tmp_path / "a.tar", [("1.jpg", A), ("2.jpg", B)])
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(B) - 512])
    first, end = read(TarShards(str(path)))
    assert first.data == A
    assert end.problem.startswith("damaged shard: it is cut: it ends at byte")


def test_link_in_a_shard_ends_it(tmp_path):
    path = write_tar(tmp_path / "a.tar", [("1.jpg", A)])
    with tarfile.open(path, "a") as tar:
        link = tarfile.TarInfo("2.jpg")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    first, end = read(TarShards(str(path)))
    assert first.data == A
    assert end.data == b""
    assert "'2.jpg' in it is a link" in end.problem


def test_shard_that_cannot_be_opened_is_an_error_of_the_unit(tmp_path):
    write_tar(tmp_path / "a.tar", [("1.jpg", A)])
    source = TarShards(str(tmp_path / "a.tar"))
    unit = source.unit(0)
    (tmp_path / "a.tar").unlink()
    with pytest.raises(FileNotFoundError):
        list(source.images(unit))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_list_gives_files_with_the_other_columns(tmp_path, suffix):
    import pyarrow as pa
    from pyarrow import csv, parquet

    write_photos(tmp_path / "images", ["1.jpg", "2.jpg", "3.jpg"])
    paths = [f"images/{i}.jpg" for i in (3, 1, 2)]
    table = pa.table({"path": paths, "licence": ["0012", "", "b"]})
    target = tmp_path / f"list.{suffix}"
    csv.write_csv(table, target) if suffix == "csv" else parquet.write_table(
        table, target
    )
    source = open_source(str(target), unit_size=2)
    assert len(source) == 2
    images = read(source, 0) + read(source, 1)
    assert [image.name for image in images] == paths
    assert [image.columns["licence"] for image in images] == ["0012", "", "b"]
    assert images[1].data == A


def test_values_of_a_list_that_json_has_not_are_text(tmp_path):
    from datetime import date
    from decimal import Decimal

    import pyarrow as pa
    from pyarrow import parquet

    write_photos(tmp_path, ["1.jpg"])
    columns = {
        "path": ["1.jpg"],
        "day": [date(2024, 2, 29)],
        "raw": [b"a\xff"],
        "price": [Decimal("1.50")],
        "days": [[date(2024, 2, 29)]],
        "SAMPLE_ID": [1000.0],
        "part": [0.5],
        "gap": pa.array([None], pa.float64()),
    }
    parquet.write_table(pa.table(columns), tmp_path / "list.parquet")
    (image,) = read(open_source(str(tmp_path / "list.parquet")))
    assert image.columns == {
        "day": "2024-02-29",
        "raw": "a\\xff",
        "price": "1.50",
        "days": '["2024-02-29"]',
        "SAMPLE_ID": "1000",
        "part": "0.5",
        "gap": "null",
    }


def test_list_cannot_lead_out_of_its_root(tmp_path):
    write_photos(tmp_path, ["secret.jpg", "root/a.jpg"])
    paths = ["a.jpg", "../secret.jpg", str(tmp_path / "secret.jpg"), "b/../../x.jpg"]
    lines = "\n".join(["path", *paths, "b/../a.jpg", "nul.jpg"])
    (tmp_path / "root" / "list.csv").write_text(lines)
    images = read(FileList(str(tmp_path / "root" / "list.csv")))
    kinds = [image.problem.partition(":")[0] for image in images]
    outside = ["outside the root"] * 3
    assert kinds == ["", *outside, "", "unreadable"]
    assert not any(image.data for image in images[1:4])


def test_fingerprint_changes_with_what_is_there(tmp_path):
    write_photos(tmp_path / "folder", ["a.jpg"])
    write_tar(tmp_path / "tars" / "a.tar", [("1.jpg", A)])
    before = [open_source(str(tmp_path / x)).fingerprint() for x in ("folder", "tars")]
    again = [open_source(str(tmp_path / x)).fingerprint() for x in ("folder", "tars")]
    write_photos(tmp_path / "folder", ["b.jpg"])
    write_tar(tmp_path / "tars" / "b.tar", [("1.jpg", A)])
    after = [open_source(str(tmp_path / x)).fingerprint() for x in ("folder", "tars")]
    assert before == again
    assert not set(before) & set(after)


@pytest.mark.parametrize("kind", ["folder", "list"])
def test_fingerprint_changes_when_a_file_is_repaired(tmp_path, kind):
    write_photos(tmp_path, ["a.jpg", "b.jpg"])
    (tmp_path / "b.jpg").write_bytes(B[:-200])
    (tmp_path / "list.csv").write_text("path\na.jpg\nb.jpg\n../c.jpg\nabsent.jpg")
    path = str(tmp_path / "list.csv" if kind == "list" else tmp_path)
    before, again = open_source(path).fingerprint(), open_source(path).fingerprint()
    (tmp_path / "b.jpg").write_bytes(B)
    assert before == again != open_source(path).fingerprint()


@pytest.mark.parametrize("source", [FolderTree, FileList])
def test_unit_without_files_is_refused(source):
    with pytest.raises(ValueError, match="unit_size is 0; a unit needs 1 file"):
        source("in", unit_size=0)


def test_missing_and_empty_sources_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no tar shard"):
        len(open_source(str(tmp_path / "*.tar")))
    with pytest.raises(FileNotFoundError, match="no list of files"):
        len(open_source(str(tmp_path / "x.csv")))
    (tmp_path / "x.csv").write_text("url,size\na,1\n")
    with pytest.raises(ValueError, match="a column 'path'; it has 1 rows"):
        len(open_source(str(tmp_path / "x.csv")))


def test_hidden_names_of_a_list_are_told(tmp_path):
    write_photos(tmp_path, ["a.jpg", "._a.jpg"])
    (tmp_path / "list.csv").write_text("path\na.jpg\n._a.jpg\n")
    first, second = FileList(str(tmp_path / "list.csv")).images(
        FileList(str(tmp_path / "list.csv")).unit(0)
    )
    assert not first.problem and second.problem.startswith("hidden: ")


def test_hidden_members_of_a_shard_are_no_images(tmp_path):
    members = [("._1.jpg", B), ("__MACOSX/1.jpg", B), ("1.jfif", A), ("1.json", b"{}")]
    write_tar(tmp_path / "0.tar", members)
    (tmp_path / "._0.tar").write_bytes(b"Mac OS X")
    source = open_source(str(tmp_path))
    assert len(source) == 1
    assert [image.name for image in source.images(source.unit(0))] == ["1.jfif"]


def test_list_whose_columns_are_no_text_is_refused_by_name(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "list.parquet"
    parquet.write_table(pa.table({"path": ["a.jpg"]}), path)
    path.write_bytes(path.read_bytes().replace(b"\x18\x04path", b"\x18\x04pa\xabh", 1))
    with pytest.raises(ValueError, match=r"list\.parquet"):
        len(open_source(str(path)))


def test_list_whose_paths_are_no_text_is_refused_by_name(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    path = tmp_path / "list.parquet"
    paths = pa.array([b"b.jp\xe0"]).cast(pa.string(), safe=False)
    parquet.write_table(pa.table({"path": paths}), path)
    with pytest.raises(ValueError, match=r"list\.parquet.*UTF8"):
        len(open_source(str(path)))
