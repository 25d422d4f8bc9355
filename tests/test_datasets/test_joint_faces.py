import pytest

pytest.importorskip("mmpose")
pytest.importorskip("mmseg")

import mcf.alignment
import mcf.parsing  # noqa: F401
from mcf.datasets import JointFaces
from mcf.registry import registry_scope

POINTS = dict(
    _scope_="mmpose",
    type="mcf.SyntheticLandmarks",
    length=2,
    pipeline=[
        dict(type="mcf.WholeImageCrop", size=48),
        dict(type="PackPoseInputs"),
    ],
)
PARTS = dict(
    _scope_="mmseg",
    type="mcf.SyntheticParsing",
    split="train",
    length=3,
    pipeline=[
        dict(type="mcf.WholeImageCrop", size=48),
        dict(type="mcf.PackFaceParsing"),
    ],
)


def build(**tasks: dict) -> JointFaces:
    with registry_scope("mcf"):
        return JointFaces(tasks)


def test_samples_say_their_task_and_keep_their_labels():
    faces = build(points=POINTS, parts=PARTS)
    assert faces.sizes == dict(points=2, parts=3) and len(faces) == 5
    samples = [faces[i]["data_samples"] for i in range(5)]
    assert [one.task for one in samples] == ["points"] * 2 + ["parts"] * 3
    assert samples[1].gt_instances.keypoints.shape == (1, 68, 2)
    assert samples[2].gt_sem_seg.data.shape == (1, 48, 48)
    assert all(faces[i]["inputs"].shape == (3, 48, 48) for i in range(5))


def test_meta_information_is_that_of_each_task():
    meta = build(points=POINTS, parts=PARTS).metainfo["tasks"]
    assert meta["points"]["landmark_schema"] == "ibug68"
    assert meta["parts"]["classes"][0] == "background"


def test_other_crops_are_refused():
    crop = dict(type="mcf.WholeImageCrop", size=56)
    other = dict(PARTS, pipeline=[crop, *PARTS["pipeline"][1:]])
    with pytest.raises(ValueError, match=r"points and parts cut faces differently"):
        build(points=POINTS, parts=other)
    with pytest.raises(ValueError, match="name one data set"):
        build()
