"""What every kind of store promises, shown for each."""

import json
import multiprocessing
import pickle
import shutil
from pathlib import Path

import pytest

from mcf.crops.recipes import get_recipe
from mcf.datasets.stores import (
    FolderStore,
    LMDBStore,
    TarStore,
    open_store,
    pack_lmdb,
    pack_tar,
)
from tests.test_datasets.face_files import NAMES

STORES = {
    "folder": lambda folder, lmdb, tar: FolderStore(folder),
    "lmdb": lambda folder, lmdb, tar: LMDBStore(lmdb),
    "released_lmdb": lambda folder, lmdb, tar: LMDBStore(
        lmdb, list_file=lmdb / "keys.txt"
    ),
    "tar": lambda folder, lmdb, tar: TarStore(tar),
}


@pytest.fixture(params=STORES)
def store(request, faces_folder, faces_lmdb, faces_tar):
    return STORES[request.param](faces_folder, faces_lmdb, faces_tar)


@pytest.fixture
def expected(faces_folder):
    return [(name, (faces_folder / name).read_bytes()) for name in NAMES]


def contents(store):
    return [(store.name(i), store.read(i)) for i in range(len(store))]


def send_contents(stores, queue):
    queue.put([contents(store) for store in stores])


def contents_elsewhere(method, stores):
    """Contents as read in another process."""
    context = multiprocessing.get_context(method)
    queue = context.Queue()
    process = context.Process(target=send_contents, args=(stores, queue))
    process.start()
    read = queue.get(timeout=60)
    process.join(timeout=60)
    assert process.exitcode == 0
    return read


def test_names_are_sorted_and_bytes_are_those_of_the_files(store, expected):
    assert contents(store) == expected


def test_pickles_before_and_after_it_is_opened(store, expected):
    before = pickle.dumps(store)
    store.read(0)
    after = pickle.dumps(store)
    assert contents(pickle.loads(before)) == expected
    assert contents(pickle.loads(after)) == expected


def test_reads_in_a_forked_process_while_open_in_this_one(store, expected):
    store.read(0)
    assert contents_elsewhere("fork", [store]) == [expected]
    assert contents(store) == expected


def test_all_read_in_a_spawned_process(faces_folder, faces_lmdb, faces_tar, expected):
    opened = (faces_folder, faces_lmdb, faces_tar)
    stores = [open_one(*opened) for open_one in STORES.values()]
    for store in stores:
        store.read(0)
    assert contents_elsewhere("spawn", stores) == [expected] * len(STORES)


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


def test_copy_opens_nothing_before_its_first_read(store):
    store.read(0)
    before = open_files()
    copy = pickle.loads(pickle.dumps(store))
    assert open_files() == before
    assert copy.read(0) == store.read(0)


@pytest.mark.parametrize("index", [-1, len(NAMES)])
def test_index_outside_is_an_error(store, index):
    with pytest.raises(IndexError):
        store.name(index)
    with pytest.raises(IndexError):
        store.read(index)


def test_open_store_finds_the_kind(faces_folder, faces_lmdb, faces_tar, expected):
    shards = faces_tar.removesuffix("/*.tar")
    for root, kind in [
        (faces_folder, FolderStore),
        (faces_lmdb, LMDBStore),
        (faces_tar, TarStore),
        (shards, TarStore),
    ]:
        store = open_store(root)
        assert isinstance(store, kind)
        assert contents(store) == expected
    released = open_store(faces_lmdb, list_file=faces_lmdb / "keys.txt")
    assert contents(released) == expected


def test_open_store_names_a_missing_path(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        open_store(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"no-\*\.tar"):
        open_store(tmp_path / "no-*.tar")


@pytest.fixture
def own_faces(faces_folder, tmp_path):
    """A copy to write into."""
    return Path(shutil.copytree(faces_folder, tmp_path / "own"))


def test_recipe_of_the_crops_goes_with_every_copy(own_faces, tmp_path):
    crop = get_recipe("square").to_dict()
    assert FolderStore(own_faces).metainfo == {}
    (own_faces / "store.json").write_text(json.dumps({"crop": crop, "faces": 8}))
    store = FolderStore(own_faces)
    pack_tar(store, tmp_path / "tar")
    pack_lmdb(store, tmp_path / "lmdb")
    for copy in (store, open_store(tmp_path / "tar"), open_store(tmp_path / "lmdb")):
        assert copy.metainfo == {"crop": crop}


def test_shards_cut_differently_have_no_recipe(own_faces, tmp_path):
    for name in ("a", "b"):
        crop = json.dumps({"crop": get_recipe("square").to_dict() | {"name": name}})
        (own_faces / "store.json").write_text(crop)
        pack_tar(FolderStore(own_faces), tmp_path / name)
    assert TarStore([tmp_path / "a/*.tar"]).metainfo["crop"]["name"] == "a"
    assert TarStore([tmp_path / "a/*.tar", tmp_path / "b/*.tar"]).metainfo == {}


def test_damaged_facts_are_named(own_faces):
    (own_faces / "store.json").write_text("{")
    with pytest.raises(ValueError, match=r"store\.json is damaged"):
        FolderStore(own_faces)
