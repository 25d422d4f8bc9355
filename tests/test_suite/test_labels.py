"""Labels of each set, by hand."""

import numpy as np
import pytest
from scipy.io import savemat

from mcf.suite import CelebAMaskHQAttributes, UTKFace
from mcf.suite.biwi import read_pose
from mcf.suite.ferplus import majority
from mcf.utils.rotations import euler_to_rotation, rotation_to_euler
from tests.replicas.global_tasks import BIWI_ANGLES, write_images, write_utkface

from .sets import LABELLED

FAST = dict(serialize_data=False)
"""Serialising collects garbage, which takes long in a large process."""


def samples(name, root, **options):
    return list(LABELLED[name].kind(root, **FAST, **options))


def test_utkface_tells_age_gender_and_race_by_name(replica):
    ages = samples("utkface", replica("utkface"))
    assert [float(sample["gt_age"]) for sample in ages] == [21, 35, 60]
    assert ages[1]["groups"] == {"age": "30-39", "gender": "female", "race": "Asian"}
    races = samples("utkface", replica("utkface"), task="race", split="test")
    assert [sample["gt_label"] for sample in races] == [3, 1]
    genders = samples("utkface", replica("utkface"), task="gender", split="test")
    assert [sample["gt_label"] for sample in genders] == [1, 0]


def test_utkface_leaves_malformed_names_out_and_tells_them(replica):
    dataset = UTKFace(replica("utkface"), **FAST)
    assert dataset.unlabelled() == ["39_1_20170116174525130.jpg.chip.jpg"]


def test_utkface_reads_one_table_and_drops_twins_when_asked(tmp_path):
    write_utkface(tmp_path / "lists")
    rows = [
        "21_0_0_1.jpg,21,0,0,train,1",
        "22_0_0_2.jpg,22,0,0,train,",
        "23_1_0_3.jpg,23,1,0,test,",
        "99_1_0_4.jpg,99,1,0,,",
    ]
    head = "file,age,gender,race,coral_split,same_as_a_test_image"
    (tmp_path / "utkface.csv").write_text("\n".join([head, *rows]))
    write_images(tmp_path, [row.split(",")[0] for row in rows])
    assert len(UTKFace(tmp_path, **FAST)) == 2
    assert len(UTKFace(tmp_path, split="test", **FAST)) == 1
    kept = UTKFace(tmp_path, twins=False, **FAST)
    assert [sample["img_path"] for sample in kept] == [str(tmp_path / "22_0_0_2.jpg")]


def test_celeba_labels_are_0_and_1_in_the_official_order(replica):
    first, second = samples("celeba", replica("celeba"))
    np.testing.assert_array_equal(first["gt_score"], [k % 3 == 0 for k in range(40)])
    np.testing.assert_array_equal(
        second["gt_score"], [(1 + k) % 3 == 0 for k in range(40)]
    )
    # Male is attribute 20 and Young 39, from 0.
    assert second["groups"] == {"gender": "male", "age": "not young"}


def test_celeba_in_another_order_is_refused(tmp_path):
    LABELLED["celeba"].write(tmp_path)
    path = tmp_path / "Anno/list_attr_celeba.txt"
    path.write_text(path.read_text().replace("Bald Bangs", "Bangs Bald"))
    with pytest.raises(ValueError, match=r"celeba\.txt:2: not the 40 names"):
        samples("celeba", tmp_path)


def test_lfwa_takes_names_and_labels_by_index(replica):
    test = samples("lfwa", replica("lfwa"), split="test")
    assert [s["img_path"].rpartition("/")[2] for s in test] == [
        "Zico_0003.jpg",
        "Abel_Pacheco_0004.jpg",
    ]
    np.testing.assert_array_equal(test[0]["gt_score"], [k % 2 for k in range(40)])
    assert test[0]["subject"] == "Zico"


def test_masks_show_attributes_by_their_pixels(replica):
    root = replica("celebamask_hq_attributes")
    found = [
        CelebAMaskHQAttributes(root, split=split, **FAST)[0]["gt_score"].tolist()
        for split in ("train", "val", "test")
    ]
    # Glasses, hat (whose mask is empty), ear-rings, necklace.
    assert found == [[1, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]


def test_index_masks_show_the_same(tmp_path):
    import cv2

    write_images(tmp_path / "photos", ["a.jpg", "b.jpg"])
    (tmp_path / "masks").mkdir()
    for name, ids in (("a", (0, 1, 14, 16)), ("b", (0, 3, 15))):
        mask = np.resize(np.array(ids, np.uint8), (8, 8))
        cv2.imwrite(str(tmp_path / f"masks/{name}.png"), mask)
    folders = {"test": ("photos", "masks")}
    dataset = CelebAMaskHQAttributes(tmp_path, split="test", folders=folders, **FAST)
    found = [sample["gt_score"].tolist() for sample in dataset]
    assert found == [[0, 1, 0, 1], [1, 0, 1, 0]]


def test_fairface_has_its_three_tasks(replica):
    root = replica("fairface")
    for task, labels in (("race", [3, 1]), ("gender", [0, 1]), ("age", [6, 0])):
        found = samples("fairface", root, task=task)
        assert [sample["gt_label"] for sample in found] == labels
    (test,) = samples("fairface", root, split="test", task="age")
    assert test["gt_label"] == 8 and test["groups"]["race"] == "Latino_Hispanic"


def test_morph_names_tell_person_and_gender(replica):
    first, second = samples("morph2", replica("morph2"))
    assert float(first["gt_age"]) == 54 and first["subject"] == "009055"
    assert first["groups"] == {"age": "50-59", "gender": "male"}
    assert second["groups"]["gender"] == "female"


def test_paplhams_folders_give_the_published_parts(replica):
    # Three of the five splits as the benchmark's file lists them.
    published = {0: ([6, 7], [8, 9]), 2: ([0, 1], [2, 3]), 4: ([2, 3], [4, 5])}
    for fold, (val, test) in published.items():
        for split, folders in (("val", val), ("test", test)):
            found = samples("agedb", replica("agedb"), split=split, fold=fold)
            assert [int(s["gt_age"]) - 20 for s in found] == folders


def test_rafdb_counts_from_one(replica):
    found = samples("rafdb", replica("rafdb"))
    assert [sample["gt_label"] for sample in found] == [4, 0]
    assert LABELLED["rafdb"].kind.TASKS[0].classes[4] == "sadness"


def test_affectnet_has_boxes_and_leaves_contempt_out(replica):
    found = samples("affectnet7", replica("affectnet7"))
    assert [sample["gt_label"] for sample in found] == [0, 6]
    np.testing.assert_array_equal(found[0]["bbox"], [[3.5, 4.5, 33.5, 24.5]])


@pytest.mark.parametrize(
    ("votes", "label"),
    [
        ((4, 0, 0, 1, 3, 2, 0, 0, 0, 0), None),  # 4 of 9
        ((0, 10, 0, 0, 0, 0, 0, 0, 0, 0), 1),
        ((0, 0, 0, 0, 0, 0, 0, 0, 10, 0), None),  # unknown
        ((1, 1, 1, 1, 1, 1, 1, 3, 0, 0), 7),  # single votes do not count
        ((5, 0, 0, 5, 0, 0, 0, 0, 0, 0), None),
        ((1, 1, 1, 1, 1, 1, 1, 1, 1, 1), None),
    ],
)
def test_ferplus_majorities_by_hand(votes, label):
    assert majority(votes) == label


def test_head_poses_are_those_of_the_files(replica):
    first, second = samples("aflw2000", replica("aflw2000"))
    expected = euler_to_rotation(np.array([[10.0, 20, 30], [-10, 70, 0]]))
    np.testing.assert_allclose(first["gt_rotation"], expected[0], atol=1e-6)
    np.testing.assert_allclose(second["gt_rotation"], expected[1], atol=1e-6)
    assert [s["groups"]["yaw"] for s in (first, second)] == ["0-30", "60-99"]


def test_released_boxes_enclose_hidden_points_too(replica):
    root = replica("aflw2000")
    for box, corner in (("released", [-1, -1]), ("visible", [10, 12])):
        found = samples("aflw2000", root, box=box)[1]["bbox"]
        np.testing.assert_array_equal(found, [[*corner, 50, 40]])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"pt2d": np.ones((2, 3))}, "lacks Pose_Para"),
        ({"Pose_Para": np.zeros((1, 2)), "pt2d": np.ones((2, 3))}, "not three angles"),
        ({"Pose_Para": np.zeros((1, 7)), "pt2d": np.ones((3, 2))}, "not three angles"),
        ({"Pose_Para": np.full((1, 7), np.nan), "pt2d": np.ones((2, 3))}, "holds NaN"),
    ],
)
def test_poses_that_are_none_are_refused_with_their_file(content, said, tmp_path):
    write_images(tmp_path, ["image00002.jpg"])
    savemat(tmp_path / "image00002.mat", content)
    with pytest.raises(ValueError, match=rf"image00002\.mat.*{said}"):
        samples("aflw2000", tmp_path)


def test_biwi_is_turned_into_the_convention_of_300w_lp(replica):
    found = samples("biwi", replica("biwi"))
    matrices = np.stack([sample["gt_rotation"] for sample in found])
    np.testing.assert_allclose(
        rotation_to_euler(matrices), list(BIWI_ANGLES.values()), atol=1e-4
    )
    assert [sample["subject"] for sample in found] == ["01", "02"]


def test_biwi_equals_the_formula_of_hopenet(replica):
    path = replica("biwi") / "hpdb/01/frame_00003_pose.txt"
    r = np.array([line.split() for line in path.read_text().splitlines()[:3]], float).T
    roll = -np.arctan2(r[1][0], r[0][0])
    yaw = -np.arctan2(-r[2][0], np.sqrt(r[2][1] ** 2 + r[2][2] ** 2))
    pitch = np.arctan2(r[2][1], r[2][2])
    expected = euler_to_rotation(np.rad2deg([[pitch, yaw, roll]]))[0]
    np.testing.assert_allclose(read_pose(path), expected, atol=1e-7)


def test_cofw_tells_hidden_points(replica):
    root = replica("cofw_occlusion")
    for number, sample in enumerate(samples("cofw_occlusion", root, split="test")):
        hidden = np.arange(29) % (number + 2) == 0
        np.testing.assert_array_equal(sample["gt_score"], hidden)
        assert sample["img"].shape == (48, 64, 3)
