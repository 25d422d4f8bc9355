import numpy as np
import pytest
import torch
from mmengine.dataset import Compose

pytest.importorskip("mmseg")

from mcf.datasets.parsing.class_sets import LAPA
from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer
from mcf.inference.loading import LoadedNetwork, get_model, load_network
from mcf.inference.parsing_network import ParsingNetwork
from mcf.registry import TRANSFORMS, registry_scope

from .conftest import save_weights, tiny_alignment, tiny_parsing

DRAWN = "mcf_vit-tiny-p14_uper_1xb4-fp32-4e_synthetic-112"
ALIGNED = "mcf_vit-tiny-p14_uper_1xb8-fp32-20e_lapa-112"
FIVE = ((36, 42), (42, 48), (30, 31), (48, 49), (54, 55))
"""Points of 68 whose means are eyes, nose tip and mouth corners."""


@pytest.mark.parametrize("name", [DRAWN, ALIGNED])
def test_masks_are_those_of_the_test_pipeline(name, tmp_path):
    config = tiny_parsing(name)
    meta = LAPA.metainfo() | {"dataset_name": LAPA.name}
    checkpoint = save_weights(config, tmp_path / "w.pth", seed=2, meta=meta)
    face = draw_face(5, size=140)
    photo = np.full((150, 200, 3), 60, np.uint8)
    photo[5:145, 30:170] = face.image[..., ::-1]
    five = [np.add(face.landmarks68[a:b].mean(axis=0), (30, 5)) for a, b in FIVE]

    steps = [
        step
        for step in config.test_dataloader.dataset.pipeline
        if step.type in ("mcf.FaceAlign", "mcf.WholeImageCrop", "mcf.PackFaceParsing")
    ]
    with registry_scope("mmseg"):
        pipeline = Compose([TRANSFORMS.build(step) for step in steps])
    sample = pipeline(
        dict(img=photo, img_path="x", ori_shape=(150, 200), points5=np.array(five))
    )
    batch = dict(inputs=[sample["inputs"]], data_samples=[sample["data_samples"]])
    with torch.no_grad():
        (expected,) = get_model(config, checkpoint).test_step(batch)
    expected = expected.pred_sem_seg.data[0].numpy()
    assert len(np.unique(expected)) > 2

    inferencer = FaceInferencer(parsing=(config, checkpoint), detector=None)
    box = [-0.5, -0.5, 199.5, 149.5]
    result = inferencer(photo, boxes=[box], points=[five])
    np.testing.assert_array_equal(result.mask(0), expected)
    assert result.parsing.class_set == LAPA


def test_other_tasks_and_unknown_classes_are_refused(parsing):
    pytest.importorskip("mmpose")
    with pytest.raises(ValueError, match="TopdownPoseEstimator, which finds no parts"):
        ParsingNetwork(load_network(tiny_alignment()))
    meta = {"dataset_meta": {"classes": ["background", "face"]}}
    with pytest.raises(ValueError, match=r"11 classes, but .*'face'"):
        ParsingNetwork(LoadedNetwork(get_model(parsing[0]), parsing[0], meta))
