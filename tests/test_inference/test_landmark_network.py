import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.dataset import pseudo_collate

pytest.importorskip("mmpose")

from mcf.datasets.schemas import get_schema
from mcf.inference import FaceInferencer
from mcf.inference.landmark_network import LandmarkNetwork
from mcf.inference.loading import LoadedNetwork, get_model, load_network
from mcf.registry import DATASETS, registry_scope

from .conftest import save_weights, tiny_alignment, tiny_parsing

HELEN = "mcf_vit-tiny-p14_{}_1xb8-fp32-coslr-40e_helen29-112"


def run_with(head: str, folder, *, flip: bool):
    """Config with a head, tested on drawn faces of 68 points, and random weights."""
    config = tiny_alignment(HELEN.format(head))
    for key in ("out_channels", "num_joints", "num_keypoints"):
        if key in config.model.head:
            config.model.head[key] = 68
    config.model.test_cfg.flip_test = flip
    drawn = tiny_alignment()
    config.test_dataloader = drawn.test_dataloader
    config.test_dataloader.dataset.length = 3
    meta = get_schema("ibug68").metainfo() | {"landmark_schema": "ibug68"}
    return config, save_weights(config, folder / "w.pth", seed=3, meta=meta)


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize("head", ["simcc", "heatcoord", "heatmap", "regression"])
def test_points_are_those_of_the_test_loop(head, flip, tmp_path):
    config, checkpoint = run_with(head, tmp_path, flip=flip)
    with registry_scope("mmpose"):
        dataset = DATASETS.build(config.test_dataloader.dataset)
    model = get_model(config, checkpoint)
    with torch.no_grad():
        batch = pseudo_collate([dataset[index] for index in range(3)])
        expected = [sample.pred_instances for sample in model.test_step(batch)]
    inferencer = FaceInferencer(landmarks=(config, checkpoint), detector=None)
    infos = [dataset.get_data_info(index) for index in range(3)]
    results = inferencer(
        [info["img"] for info in infos], boxes=[info["bbox"] for info in infos]
    )
    for result, true in zip(results, expected):
        assert result.landmarks.schema == "ibug68"
        assert result.landmarks.points.shape == (1, 68, 2)
        np.testing.assert_allclose(result.landmarks.points, true.keypoints, atol=1e-3)
        np.testing.assert_allclose(result.landmarks.scores, true.keypoint_scores)
    assert np.ptp(results[0].landmarks.points) > 1


def test_rule_knows_the_boxes_of_the_test_set(landmarks):
    assert LandmarkNetwork(load_network(*landmarks)).rule.box == "landmarks"
    config = Config(landmarks[0].to_dict())
    config.test_dataloader.dataset.update(type="mcf.AFLW19", data_root="nowhere")
    network = LandmarkNetwork(load_network(config, landmarks[1]))
    assert network.rule.box == "annotated"


def test_other_tasks_and_unknown_points_are_refused(landmarks):
    pytest.importorskip("mmseg")
    with pytest.raises(ValueError, match="builds a FaceParser, which finds no landm"):
        LandmarkNetwork(load_network(tiny_parsing()))
    settings = landmarks[0].to_dict()
    del settings["test_dataloader"]
    config = Config(settings)
    with pytest.raises(ValueError, match="what the points are"):
        LandmarkNetwork(load_network(config))
    network = LoadedNetwork(get_model(config), config, torch.load(landmarks[1])["meta"])
    with pytest.raises(ValueError, match="no test set"):
        LandmarkNetwork(network)
    with pytest.raises(ValueError, match="no landmark schema 'ears3'"):
        meta = {"dataset_meta": {"landmark_schema": "ears3"}}
        LandmarkNetwork(LoadedNetwork(get_model(landmarks[0]), landmarks[0], meta))
