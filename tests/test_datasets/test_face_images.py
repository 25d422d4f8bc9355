import json

import numpy as np
import pytest

from mcf.crops.recipes import get_recipe
from mcf.datasets import Draw, FaceImages, SeededDataset
from mcf.datasets.stores import FolderStore
from mcf.registry import DATASETS
from tests.test_datasets.face_files import NAMES, encode, smooth_image

PIPELINE = [dict(type="mcf.DecodeImage")]


@pytest.fixture
def bad_folder(tmp_path):
    """Twelve images of which 3 are bad: empty, a text, a dangling link."""
    for seed in range(12):
        image = encode(smooth_image(seed), "PNG")
        (tmp_path / f"{seed:02d}.png").write_bytes(image)
    (tmp_path / "03.png").write_bytes(b"")
    (tmp_path / "05.png").write_bytes(b"<html>")
    (tmp_path / "07.png").unlink()
    (tmp_path / "07.png").symlink_to(tmp_path / "nothing")
    return tmp_path


def test_sample_names_its_image(faces_folder):
    store = dict(type="mcf.FolderStore", root=str(faces_folder))
    dataset = DATASETS.build(
        dict(type="mcf.FaceImages", store=store, pipeline=PIPELINE)
    )
    assert len(dataset) == 8
    sample = dataset[2]
    assert sample["img_path"] == NAMES[2]
    assert sample["sample_idx"] == 2
    assert sample["bad_images"] == []
    np.testing.assert_array_equal(sample["img"], smooth_image(2)[..., ::-1])


def test_given_facts_join_the_metainfo(faces_folder):
    store = FolderStore(faces_folder)
    assert FaceImages(store).metainfo == {"dataset_type": "unlabelled_faces"}
    dataset = FaceImages(store, metainfo=dict(dataset_name="mine"))
    assert dataset.metainfo["dataset_name"] == "mine"
    assert SeededDataset(dataset).metainfo == dataset.metainfo


def test_recipe_of_the_store_joins_the_metainfo(bad_folder):
    facts = dict(crop=get_recipe("square", size=32).to_dict())
    (bad_folder / "store.json").write_text(json.dumps(facts))
    store = dict(type="mcf.FolderStore", root=str(bad_folder))
    dataset = SeededDataset(dict(type="mcf.FaceImages", store=store))
    assert dataset.metainfo["crop"] == facts["crop"]
    own = FaceImages(store, metainfo=dict(crop={"name": "mine"}))
    assert own.metainfo["crop"] == {"name": "mine"}


def test_store_opens_in_full_init(tmp_path):
    dataset = FaceImages(dict(type="mcf.FolderStore", root=str(tmp_path / "nowhere")))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        dataset.full_init()


def test_bad_image_is_replaced_and_recorded(bad_folder):
    dataset = FaceImages(FolderStore(bad_folder), PIPELINE)
    for index, kind in [(3, "empty"), (5, "not an image"), (7, "unreadable")]:
        sample = SeededDataset(dataset)[Draw(index, 0)]
        (name, reason), *_ = sample["bad_images"]
        assert name == f"{index:02d}.png"
        assert reason.startswith(f"{kind}: ")
        taken = sample["sample_idx"]
        assert taken not in (3, 5, 7)
        assert sample["img_path"] == f"{taken:02d}.png"
        np.testing.assert_array_equal(sample["img"], smooth_image(taken)[..., ::-1])


def test_replacement_depends_on_the_draw_alone_and_varies(bad_folder):
    dataset = SeededDataset(FaceImages(FolderStore(bad_folder), PIPELINE))
    taken = [dataset[Draw(3, seed)]["sample_idx"] for seed in range(30)]
    assert taken == [dataset[Draw(3, seed)]["sample_idx"] for seed in range(30)]
    assert len(set(taken)) > 5


def test_replacements_are_bounded(tmp_path):
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(b"")
    dataset = FaceImages(FolderStore(tmp_path), PIPELINE, max_replacements=3)
    with pytest.raises(RuntimeError, match=r"4 images in a row.*\n.*\.jpg: empty"):
        dataset[0]


def test_image_that_a_transform_rejects_is_replaced(faces_folder):
    dataset = FaceImages(
        FolderStore(faces_folder),
        [lambda results: results if results["sample_idx"] else None],
    )
    sample = SeededDataset(dataset)[Draw(0, 1)]
    assert sample["bad_images"][0] == (
        NAMES[0],
        "rejected: by a transform of the pipeline",
    )


def test_mistake_of_the_pipeline_is_no_bad_image(faces_folder):
    def mistaken(results):
        raise KeyError("img_label")

    with pytest.raises(KeyError, match="img_label"):
        FaceImages(FolderStore(faces_folder), [mistaken])[0]


@pytest.mark.parametrize(
    ("indices", "names"), [(2, NAMES[:2]), ([5, 0], (NAMES[5], NAMES[0]))]
)
def test_indices_choose_a_subset(faces_folder, indices, names):
    dataset = FaceImages(FolderStore(faces_folder), indices=indices)
    assert len(dataset) == 2
    assert tuple(dataset[i]["img_path"] for i in range(2)) == names
    assert [dataset[i]["sample_idx"] for i in range(2)] == [0, 1]


@pytest.mark.parametrize("indices", [0, 9, [], [-1], [8]])
def test_indices_outside_the_store_are_an_error(faces_folder, indices):
    with pytest.raises(ValueError, match="all 8 images"):
        FaceImages(FolderStore(faces_folder), indices=indices).full_init()
