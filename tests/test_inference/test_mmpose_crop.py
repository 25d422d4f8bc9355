from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from mcf.crops.face import Face
from mcf.datasets.schemas import get_schema
from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer
from mcf.inference.mmpose_crop import SCHEMAS, TopdownCrop, schema_of

mmpose = pytest.importorskip("mmpose")
CONFIGS = Path(mmpose.__file__).parent / ".mim" / "configs"
FACES = CONFIGS / "face_2d_keypoint"
BOXES = np.array([(20, 30, 90, 110.5), (-10, 5, 60, 140), (55.25, 50, 150, 100)], float)
RANDOM = (
    "rtmpose/wflw/rtmpose-m_8xb64-60e_wflw-256x256.py",
    "topdown_regression/wflw/td-reg_res50_8xb64-210e_wflw-256x256.py",
    "topdown_heatmap/cofw/td-hm_hrnetv2-w18_8xb64-60e_cofw-256x256.py",
)


@pytest.fixture
def photo():
    return np.ascontiguousarray(draw_face(3, size=160).image[..., ::-1])


@pytest.mark.parametrize("name", RANDOM)
def test_points_are_those_of_mmpose(name, photo):
    from mmpose.apis import inference_topdown

    config = Config.fromfile(FACES / name)
    config.model.backbone.pop("init_cfg", None)
    torch.manual_seed(0)
    inferencer = FaceInferencer(landmarks=(config, None))
    network = inferencer._models.landmarks
    found = inferencer(photo, boxes=BOXES).landmarks

    model = network.network.model
    model.cfg = config
    model.dataset_meta = dict(
        flip_indices=get_schema(found.schema).flip_indices(), dataset_name="x"
    )
    theirs = inference_topdown(model, photo, BOXES.astype(np.float32))
    expected = np.concatenate([one.pred_instances.keypoints for one in theirs])
    assert np.ptp(expected) > 10
    np.testing.assert_allclose(found.points, expected, atol=0.05)


@pytest.mark.parametrize(
    ("kind", "file"),
    [
        ("Face300WDataset", "300w"),
        ("WFLWDataset", "wflw"),
        ("AFLWDataset", "aflw"),
        ("COFWDataset", "cofw"),
        ("LapaDataset", "lapa"),
        ("CocoWholeBodyFaceDataset", "coco_wholebody_face"),
    ],
)
def test_points_have_the_numbers_of_our_schemas(kind, file):
    info = Config.fromfile(CONFIGS / "_base_" / "datasets" / f"{file}.py").dataset_info
    names = [info.keypoint_info[i]["name"] for i in range(len(info.keypoint_info))]
    swaps = [info.keypoint_info[i]["swap"] or names[i] for i in range(len(names))]
    schema = get_schema(SCHEMAS[kind])
    assert [names.index(swap) for swap in swaps] == list(schema.flip_indices())


def test_unknown_points_are_refused_before_anything_runs():
    with pytest.raises(ValueError, match=r"hand.py: it is unknown .* OneHand10K"):
        schema_of(dict(type="OneHand10KDataset"), "hand.py")
    name = CONFIGS / "hand_2d_keypoint/rtmpose/hand5"
    (path,) = name.glob("rtmpose-m_8xb256-210e_hand5-256x256.py")
    with pytest.raises(ValueError, match="it is unknown what the points"):
        FaceInferencer(landmarks=(path, None))


def test_crop_is_that_of_the_pipeline(photo):
    affine = dict(type="TopdownAffine", input_size=(80, 64), use_udp=True)
    rule = TopdownCrop.from_pipeline([dict(type="LoadImage"), affine])
    assert rule == TopdownCrop((80, 64), 1.25, True)
    assert TopdownCrop.from_pipeline([dict(type="mcf.FaceCrop")]) is None
    scale = dict(type="mmpose.GetBBoxCenterScale", padding=1.0)
    rule = TopdownCrop.from_pipeline([scale, affine | dict(use_udp=False)])
    crop = rule.cut(photo, Face(np.array([20.0, 30, 100, 94]), 1.0), "given")
    np.testing.assert_array_equal(crop.pixels, photo[30:94, 20:100])
    np.testing.assert_allclose(crop.matrix, [[1, 0, -20], [0, 1, -30], [0, 0, 1]])


def test_export_of_such_a_config_is_refused(tmp_path):
    pytest.importorskip("onnx")
    from mcf.export.subject import open_subject
    from mcf.inference.loading import load_network

    config = Config.fromfile(FACES / RANDOM[1])
    config.model.backbone.pop("init_cfg", None)
    path = tmp_path / "net.pth"
    torch.save(dict(state_dict=load_network(config).model.state_dict()), path)
    with pytest.raises(ValueError, match="cuts faces by mmpose's own transforms"):
        open_subject(path, config=config)
