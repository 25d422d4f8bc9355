import numpy as np
import pytest
import torch

pytest.importorskip("mmseg")

from mmengine.config import Config
from mmengine.registry import DefaultScope

from mcf.datasets.parsing.synthetic_parsing import SyntheticParsing
from mcf.inspection.parsed_faces import parse_test_faces
from mcf.registry import MODELS
from mcf.visualization.parsing_pictures import UNLABELLED, parsing_sheet
from tests.test_datasets.test_parsing.parsing_files import write_photo, write_png
from tests.test_engine.tiny_run import ROOT

CONFIG = "configs/parsing/mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112.py"
TINY = dict(embed_dims=16, num_layers=6, num_heads=2, feedforward_channels=32)


@pytest.fixture
def config():
    config = Config.fromfile(ROOT / CONFIG)
    config.model.backbone.arch = TINY
    config.model.neck.embed_dims = 16
    config.model.decode_head.update(in_channels=[16] * 4, channels=8)
    config.test_dataloader.dataset.length = 4
    return config


@pytest.fixture
def checkpoint(config, tmp_path):
    with DefaultScope.overwrite_default_scope("mmseg"):
        model = MODELS.build(config.model)
    torch.save(dict(state_dict=model.state_dict()), tmp_path / "x.pth")
    return tmp_path / "x.pth"


def test_worst_faces_come_first_and_all_are_counted(config, checkpoint):
    found = parse_test_faces(config, checkpoint, count=2)
    scores = [face.score for face in found.faces]
    assert len(scores) == 2 and scores == sorted(scores)
    every = parse_test_faces(config, checkpoint, count=9)
    assert [face.score for face in every.faces][:2] == scores
    np.testing.assert_array_equal(found.confusion, every.confusion)
    assert found.confusion.sum() == 4 * 112 * 112
    typical = parse_test_faces(config, checkpoint, count=2, which="typical")
    assert [face.score for face in typical.faces] == [f.score for f in every.faces[1:3]]
    assert found.classes[10] == "hair" and len(found.palette) == 11


def test_ignored_pixels_do_not_count(config, checkpoint, tmp_path):
    labels = np.zeros((112, 112), np.uint8)
    labels[:40], labels[40:60] = 10, 255
    write_photo(tmp_path / "images/a.jpg", (112, 112), 0)
    write_png(tmp_path / "masks/a.png", labels)
    pipeline = config.test_dataloader.dataset.pipeline
    config.test_dataloader.dataset = dict(
        type="mcf.ParsingDataset",
        data_root=str(tmp_path),
        class_set="lapa",
        data_prefix=dict(img_path="images", seg_map_path="masks"),
        pipeline=[
            dict(type="LoadImageFromFile"),
            *(step for step in pipeline if step.type == "mcf.WholeImageCrop"),
            dict(type="mcf.LoadMask", ignore_index=255),
            dict(type="mcf.PackFaceParsing"),
        ],
    )
    with pytest.raises(ValueError, match="unknown ids"):
        parse_test_faces(config, checkpoint)
    config.test_evaluator.ignore_index = 255
    found = parse_test_faces(config, checkpoint)
    assert found.confusion.sum() == 92 * 112
    (face,) = found.faces
    assert (face.truth[40:60] == UNLABELLED).all() and face.truth.max() == 10
    assert parsing_sheet(found.faces, found.classes, found.palette).size


def test_photo_and_truth_are_those_of_the_data_set_in_rgb(config, checkpoint):
    (face, *_) = parse_test_faces(config, checkpoint).faces
    dataset = SyntheticParsing("test", length=4)
    index = int(face.name.split("_")[-1])
    info = dataset.get_data_info(index)
    np.testing.assert_array_equal(face.image, info["img"][..., ::-1])
    np.testing.assert_array_equal(face.truth, info["gt_seg_map"])


def test_checkpoint_of_another_model_is_refused(config, tmp_path):
    torch.save(dict(state_dict=dict(other=torch.zeros(1))), tmp_path / "y.pth")
    with pytest.raises(ValueError, match=r"y\.pth does not fit"):
        parse_test_faces(config, tmp_path / "y.pth")
