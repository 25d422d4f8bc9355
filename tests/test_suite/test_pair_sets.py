import numpy as np
import pytest

from mcf.registry import DATASETS
from mcf.suite import FacePairs, LFWPairs, PairRecord
from tests.replicas.global_tasks import write_bin, write_cross_lfw, write_lfw

from .sets import PAIRS


def build(name, root):
    kind = f"mcf.{PAIRS[name][0].__name__}"
    settings = dict(type=kind, data_root=str(root), serialize_data=False)
    return DATASETS.build(settings)


@pytest.mark.parametrize("name", PAIRS)
def test_ten_folds_with_one_pair_of_each_kind(name, replica):
    pairs = build(name, replica(name)).pairs
    for kind in (True, False):
        assert sorted(pairs.fold[pairs.same == kind]) == list(range(10))
    assert len(set(pairs.images)) == len(pairs.images)
    assert max(pairs.first.max(), pairs.second.max()) == len(pairs.images) - 1


@pytest.mark.parametrize("name", PAIRS)
def test_samples_are_the_images_in_the_order_of_the_pairs(name, replica):
    dataset = build(name, replica(name))
    assert len(dataset) == len(dataset.pairs.images)
    for number, sample in enumerate(dataset):
        assert sample["sample_idx"] == number
        assert sample["img_path"].endswith(dataset.pairs.images[number])
    assert dataset.metainfo["kind"] == "pairs"
    assert dataset.metainfo["dataset_name"] == name


def test_people_of_lfw_are_told_by_the_names(replica):
    pairs = build("lfw", replica("lfw")).pairs
    people = [name.partition("/")[0] for name in pairs.images]
    found = [people[a] == people[b] for a, b in zip(pairs.first, pairs.second)]
    assert found == pairs.same.tolist()


def test_frontal_faces_come_first_in_cfp(replica):
    pairs = build("cfp_fp", replica("cfp_fp")).pairs
    assert pairs.images[pairs.first[1]] == "Data/Images/001/frontal/01.jpg"
    assert pairs.images[pairs.second[1]] == "Data/Images/002/profile/01.jpg"
    assert pairs.same.tolist()[:4] == [True, False, True, False]


def test_calfw_folds_of_one_person_are_those_of_the_list(tmp_path):
    write_cross_lfw("pairs_CALFW.txt", folds=True)(tmp_path)
    path = tmp_path / "pairs_CALFW.txt"
    rows = path.read_text().splitlines()
    path.write_text("\n".join(rows[2:4] + rows[:2] + rows[4:]))
    pairs = build("calfw", tmp_path).pairs
    assert pairs.fold[:3].tolist() == [1, 0, 2]


def test_a_bin_in_the_root_is_read_instead(tmp_path):
    write_lfw(tmp_path)
    write_bin(tmp_path / "lfw.bin")
    dataset = build("lfw", tmp_path)
    assert dataset.pairs.images[3] == "lfw.bin#3"
    assert dataset[3]["img"].shape == (48, 64, 3)


def test_the_flat_layout_of_aligned_crops_is_found_too(tmp_path):
    write_lfw(tmp_path)
    for path in sorted((tmp_path / "lfw").glob("*/*.jpg")):
        path.rename(tmp_path / path.name)
    dataset = LFWPairs(tmp_path, images=tmp_path)
    assert dataset.pairs.images[0] == "Abel_Pacheco_0001.jpg"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Zico\t1", "not a pair of one"),
        ("Zico\tone\t2", "'one' is no number"),
        ("../Zico\t1\t2", "outside the set's folder"),
        ("Zico\t12\t12", "is paired with itself"),
    ],
)
def test_damaged_rows_are_refused_with_their_place(tmp_path, row, said):
    write_lfw(tmp_path)
    path = tmp_path / "pairs.txt"
    rows = path.read_text().splitlines()
    path.write_text("\n".join([*rows[:3], row, *rows[4:]]))
    with pytest.raises(ValueError, match=rf"pairs.txt:4: .*{said}"):
        build("lfw", tmp_path)


def test_a_list_that_was_cut_is_refused(tmp_path):
    write_lfw(tmp_path)
    path = tmp_path / "pairs.txt"
    path.write_text("\n".join(path.read_text().splitlines()[:-1]))
    with pytest.raises(ValueError, match="has 19 pairs, but its first line says 10 x"):
        build("lfw", tmp_path)


def test_pairs_without_image_are_counted(tmp_path):
    write_lfw(tmp_path)
    (tmp_path / "lfw/Zico/Zico_0012.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="1 of 13 images are missing"):
        build("lfw", tmp_path)


@pytest.mark.parametrize("name", PAIRS)
def test_an_empty_folder_says_where_to_get_the_set(name, tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"Get the set from .+ and set data_root"
    ):
        build(name, tmp_path)


def test_no_pair_is_refused():
    with pytest.raises(ValueError, match="there is no pair"):
        FacePairs.of([])


def test_images_are_numbered_by_their_first_pair():
    pairs = FacePairs.of(
        [
            PairRecord("1", "b", "a", True, 0),
            PairRecord("2", "c", "b", False, 1),
        ]
    )
    assert pairs.images == ("b", "a", "c")
    np.testing.assert_array_equal(pairs.first, [0, 2])
    np.testing.assert_array_equal(pairs.second, [1, 0])
