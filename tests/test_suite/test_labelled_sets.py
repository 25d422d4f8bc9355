"""What all data sets of labelled faces have in common."""

import pickle
from functools import cache

import numpy as np
import pytest
from mmengine.dataset import BaseDataset

from mcf.registry import DATASETS
from mcf.suite import ImagePlaces

from .sets import LABELLED

KINDS = {
    "attributes": ("gt_score", lambda value, k: value.shape == (k,)),
    "age": ("gt_age", lambda value, k: 0 < value < 100),
    "classes": ("gt_label", lambda value, k: value in range(k)),
    "head_pose": ("gt_rotation", lambda value, k: value.shape == (3, 3)),
}


def build(name, root, *, serialize_data=False, **options):
    """The set; serialising collects garbage, which takes long in a large process."""
    kind = f"mcf.{LABELLED[name].kind.__name__}"
    options |= dict(data_root=str(root), serialize_data=serialize_data)
    return DATASETS.build(dict(type=kind, **options))


@pytest.fixture(scope="module")
def built(replica):
    """A set on its replica, built once for the same options."""

    @cache
    def once(name, **options):
        return build(name, replica(name), **options)

    return once


@pytest.mark.parametrize("name", LABELLED)
def test_faces_of_each_split(name, replica, built):
    for split, count in LABELLED[name].counts.items():
        if count:
            assert len(built(name, split=split)) == count
        else:
            with pytest.raises(ValueError, match=f"split '{split}' holds no face"):
                build(name, replica(name), split=split)


@pytest.mark.parametrize("name", LABELLED)
def test_every_task_gives_labels_that_fit_its_classes(name, built):
    first = next(iter(LABELLED[name].counts))
    for number, task in enumerate(LABELLED[name].kind.TASKS):
        options = dict(task=task.name) if number else dict(split=first)
        dataset = built(name, **options)
        key, fits = KINDS[task.kind]
        for sample in dataset:
            assert fits(sample[key], len(task.classes))
            assert sample["groups"].keys() <= {"age", "gender", "race", "yaw"}


@pytest.mark.parametrize("name", LABELLED)
def test_images_are_found_and_the_set_travels_to_workers(name, built):
    dataset = built(name, split=next(iter(LABELLED[name].counts)))
    dataset = pickle.loads(pickle.dumps(dataset))
    assert isinstance(dataset, BaseDataset)
    for sample in dataset:
        if "img" not in sample:
            assert ImagePlaces(["/"]).path(sample["img_path"].lstrip("/"))


@pytest.mark.parametrize("name", LABELLED)
def test_facts_go_with_the_set(name, built):
    facts = built(name, split=next(iter(LABELLED[name].counts))).metainfo
    assert facts["dataset_name"] == name == LABELLED[name].kind.NAME
    assert all(facts[key] for key in ("protocol", "licence", "source", "task", "kind"))
    if facts["kind"] in ("attributes", "classes"):
        assert len(set(facts["classes"])) == len(facts["classes"]) > 1


@pytest.mark.parametrize("name", LABELLED)
def test_splits_share_no_image(name, built):
    seen = set()
    for split, count in LABELLED[name].counts.items():
        if not count:
            continue
        dataset = built(name, split=split)
        images = {dataset.get_data_info(i)["img_path"] for i in range(len(dataset))}
        assert len(images) == count and images.isdisjoint(seen)
        seen |= images


@pytest.mark.parametrize("name", LABELLED)
def test_an_empty_folder_says_where_to_get_the_set(name, tmp_path):
    if name == "celebamask_hq_attributes":
        said = "CelebA-HQ-to-CelebA-mapping.txt; expected is"
    elif name in ("aflw2000",):
        pytest.skip("without a list, an empty folder is a set without faces")
    else:
        said = "Get the set from .+ and set data_root"
    with pytest.raises(FileNotFoundError, match=said):
        build(name, tmp_path)


def test_unknown_options_are_refused(replica):
    root = replica("utkface")
    for option, value in (("task", "mood"), ("split", "val"), ("fold", 1)):
        with pytest.raises(ValueError, match=f"{option}={value!r} must be one of"):
            build("utkface", root, **{option: value})


def test_missing_images_are_counted_before_anything_runs(tmp_path):
    LABELLED["rafdb"].write(tmp_path)
    (tmp_path / "Image/aligned/train_00002_aligned.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="1 of 2 images are missing, the first"):
        build("rafdb", tmp_path)
    assert len(build("rafdb", tmp_path, split="test")) == 1


def test_an_unknown_label_is_refused_with_its_place(tmp_path):
    LABELLED["rafdb"].write(tmp_path)
    path = tmp_path / "EmoLabel/list_patition_label.txt"
    path.write_text(path.read_text().replace("train_00002.jpg 1", "train_00002.jpg 8"))
    with pytest.raises(ValueError, match=r"label.txt:2: expression 7 is unknown"):
        build("rafdb", tmp_path)


def test_an_image_listed_twice_is_refused(tmp_path):
    LABELLED["rafdb"].write(tmp_path)
    with (tmp_path / "EmoLabel/list_patition_label.txt").open("a") as file:
        file.write("train_00001.jpg 3\n")
    with pytest.raises(ValueError, match="is listed 2 times in split 'train'"):
        build("rafdb", tmp_path)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path):
    LABELLED["rafdb"].write(tmp_path)
    path = tmp_path / "EmoLabel/list_patition_label.txt"
    path.write_text("train_/../../../etc/passwd 3\n")
    with pytest.raises(ValueError, match="is outside the set's folder"):
        build("rafdb", tmp_path)


@pytest.mark.parametrize(
    ("name", "folds"), [("agedb", 5), ("ckplus48", 10), ("utkface_paplham", 5)]
)
def test_folds_test_their_own_part(name, folds, replica):
    tested, subjects = [], {}
    for fold in range(folds):
        test = build(name, replica(name), split="test", fold=fold)
        train = build(name, replica(name), split="train", fold=fold)
        for part in (test, train):
            rows = map(part.get_data_info, range(len(part)))
            subjects[part.split] = {row["subject"] for row in rows}
        assert subjects["test"].isdisjoint(subjects["train"])
        tested.append(frozenset(subjects["test"]))
    assert len(set(tested)) == folds
    if name == "ckplus48":
        assert sum(map(len, tested)) == len(frozenset.union(*tested)) == 12


def test_points_and_boxes_have_the_dtype_of_pipelines(built):
    sample = built("aflw2000", split="test")[0]
    assert sample["bbox"].dtype == sample["points"].dtype == np.float32
    assert sample["bbox"].shape == (1, 4) and sample["points"].shape == (3, 2)
