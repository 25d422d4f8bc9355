import json
from dataclasses import replace

import numpy as np
import pytest
from mmpose.datasets.datasets.utils import parse_pose_metainfo

from mcf.datasets.schemas import LandmarkSchema, get_schema, published_schemas

COUNTS = {"aflw19": 19, "cofw29": 29, "ibug68": 68, "lapa106": 106, "wflw98": 98}
MIDLINES = {
    "aflw19": {13, 16, 18},
    "cofw29": {20, 21, 24, 25, 26, 27, 28},
    "ibug68": {8, 27, 28, 29, 30, 33, 51, 57, 62, 66},
    "lapa106": {16, 51, 52, 53, 54, 60, 87, 93, 98, 102},
    "wflw98": {16, 51, 52, 53, 54, 57, 79, 85, 90, 94},
}
UNITS = {  # protocol §2.3, §3.1, §3.6
    "aflw19": {"interocular": ((6,), (11,)), "interpupil": ((7,), (10,))},
    "cofw29": {"interocular": ((8,), (9,)), "interpupil": ((16,), (17,))},
    "ibug68": {
        "interocular": ((36,), (45,)),
        "interpupil": ((36, 37, 38, 39, 40, 41), (42, 43, 44, 45, 46, 47)),
    },
    "lapa106": {"interocular": ((66,), (79,)), "interpupil": ((104,), (105,))},
    "wflw98": {"interocular": ((60,), (72,)), "interpupil": ((96,), (97,))},
}
SAMPLES = {
    "aflw19": "mmpose_samples/aflw/test_aflw.json",
    "cofw29": "helen_29/helen29_train.json",
    "ibug68": "mmpose_samples/300w/test_300w.json",
    "lapa106": "mmpose_samples/lapa/test_lapa.json",
    "wflw98": "mmpose_samples/wflw/test_wflw.json",
}

every_schema = pytest.mark.parametrize("name", COUNTS)


def test_published_schemas_are_the_five_sets():
    assert published_schemas() == sorted(COUNTS)


@every_schema
def test_counts_add_up(name):
    schema = get_schema(name)
    count = COUNTS[name]
    assert schema.name == name
    assert schema.count == len(schema.points) == len(set(schema.points)) == count
    assert sorted(sum(schema.groups.values(), ())) == list(range(count))
    assert 2 * len(schema.swap_pairs) + len(schema.midline) == count


@every_schema
def test_swap_pairs_are_an_involution_without_the_midline(name):
    schema = get_schema(name)
    flip = np.array(schema.flip_indices())
    assert (flip[flip] == np.arange(schema.count)).all()
    assert set(np.flatnonzero(flip == np.arange(schema.count))) == MIDLINES[name]
    assert set(schema.midline) == MIDLINES[name]


@every_schema
def test_groups_are_mirrored_as_a_whole(name):
    schema = get_schema(name)
    flip = schema.flip_indices()
    for group, indices in schema.groups.items():
        other = (
            group.replace("left", "?").replace("right", "left").replace("?", "right")
        )
        assert {flip[index] for index in indices} == set(schema.groups[other])


@every_schema
def test_normalisers_are_the_published_pairs_and_symmetric(name):
    schema = get_schema(name)
    assert dict(schema.normalisers) == UNITS[name]
    assert schema.normaliser("box") == "box"
    assert schema.normaliser("diag") == "diag"
    assert schema.normaliser("interocular") == UNITS[name]["interocular"]
    flip = schema.flip_indices()
    for first, second in schema.normalisers.values():
        assert {flip[index] for index in first} == set(second)
    with pytest.raises(ValueError, match=r"'ears'.*interocular, interpupil, box, diag"):
        schema.normaliser("ears")


@every_schema
def test_metainfo_is_what_mmpose_makes_of_the_set(name):
    schema = get_schema(name)
    flipped = schema.flip_indices()
    keypoints = {
        index: dict(
            id=index,
            name=point,
            type="",
            swap="" if flipped[index] == index else schema.points[flipped[index]],
        )
        for index, point in enumerate(schema.points)
    }
    expected = parse_pose_metainfo(
        dict(
            dataset_name="my_set",
            keypoint_info=keypoints,
            skeleton_info={},
            joint_weights=[1.0] * schema.count,
            sigmas=[],
        )
    )
    found = schema.metainfo("my_set")
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        if isinstance(value, np.ndarray):
            assert np.array(found[key], value.dtype).tolist() == value.tolist(), key
        else:
            assert found[key] == value, key
    assert schema.metainfo()["dataset_name"] == name


@every_schema
def test_pairs_agree_with_those_of_mmpose(name):
    theirs = {"aflw19": "aflw", "cofw29": "cofw", "ibug68": "300w"}
    theirs |= {"lapa106": "lapa", "wflw98": "wflw"}
    path = f"configs/_base_/datasets/{theirs[name]}.py"
    parsed = parse_pose_metainfo({"from_file": path})
    assert parsed["flip_indices"] == get_schema(name).flip_indices()


@every_schema
def test_left_names_are_left_in_real_pictures(name, shared):
    schema = get_schema(name)
    content = json.loads((shared / "data/faces_samples" / SAMPLES[name]).read_text())
    shapes = np.array([face["keypoints"] for face in content["annotations"]])
    mean = shapes.reshape(len(shapes), schema.count, 3).mean(axis=0)
    for group, indices in schema.groups.items():
        if group.startswith("left"):
            mirrored = schema.groups[group.replace("left", "right")]
            assert mean[list(indices), 0].max() < mean[list(mirrored), 0].min()


TOY = LandmarkSchema(
    name="toy",
    count=3,
    points=("left", "middle", "right"),
    groups={"eyes": (0, 2), "nose": (1,)},
    swap_pairs=((0, 2),),
    normalisers={"interocular": ((0,), (2,))},
)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"count": 4}, "3 names for 4 points"),
        ({"points": ("left", "left", "right")}, r"names occur twice: \['left'\]"),
        ({"groups": {"eyes": (0, 2)}}, r"groups and points differ in \[1\]"),
        ({"groups": {"eyes": (0, 1, 2), "nose": (1,)}}, r"in two groups: \[1\]"),
        ({"swap_pairs": ((0, 3),)}, r"pairs of no points: \[3\]"),
        ({"swap_pairs": ((0, 2), (2, 1))}, r"paired twice: \[2\]"),
        ({"swap_pairs": ((1, 1),)}, r"paired twice: \[1\]"),
        ({"normalisers": {"nose": ((0,), (5,))}}, "'nose' needs points of 0..2"),
        ({"normalisers": {"nose": ((), (1,))}}, "'nose' needs points"),
        ({"normalisers": {"nose": ((1,), (1,))}}, "from a point to itself"),
        ({"normalisers": {"box": ((0,), (1,))}}, "'box' is taken"),
    ],
)
def test_contradicting_schema_is_refused(change, fault):
    with pytest.raises(ValueError, match=f"schema 'toy'.*{fault}"):
        replace(TOY, **change)


def test_own_schema_is_one_module(tmp_path, monkeypatch):
    package = tmp_path / "goggles"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "empty.py").touch()
    (package / "goggles3.py").write_text(
        "from dataclasses import replace\n"
        "from tests.test_datasets.test_schemas.test_schema import TOY\n"
        "SCHEMA = replace(TOY, name='goggles3')\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert get_schema("goggles.goggles3").name == "goggles3"
    with pytest.raises(ValueError, match=r"'goggles\.empty' defines no"):
        get_schema("goggles.empty")
    with pytest.raises(ValueError, match="no landmark schema 'aflw'; there are aflw19"):
        get_schema("aflw")
