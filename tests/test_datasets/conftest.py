"""Small generated images in every kind of store."""

from pathlib import Path

import pytest

from mcf.datasets.stores import FolderStore, pack_lmdb, pack_tar
from tests.test_datasets.face_files import NAMES, encode, smooth_image


@pytest.fixture(scope="session")
def faces_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight images at several depths, written in another order than theirs."""
    folder = tmp_path_factory.mktemp("faces")
    for seed, name in reversed(list(enumerate(NAMES))):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        file_format = "PNG" if name.endswith("png") else "JPEG"
        path.write_bytes(encode(smooth_image(seed), file_format))
    (folder / "notes.txt").write_text("not an image")
    return folder


@pytest.fixture(scope="session")
def faces_tar(faces_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Glob of three shards of the same images."""
    target = tmp_path_factory.mktemp("tar") / "shards"
    pack_tar(FolderStore(faces_folder), target, shard_size=3)
    return f"{target}/*.tar"


@pytest.fixture(scope="session")
def faces_lmdb(faces_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LMDB of the same images."""
    return pack_lmdb(FolderStore(faces_folder), tmp_path_factory.mktemp("lmdb") / "db")
