from pathlib import Path

import numpy as np
import pytest
import torch
from mmengine.config import Config

from mcf.crops.rule import CropRule
from mcf.drawn_faces import draw_face
from mcf.inference import FaceInferencer
from mcf.inference.loading import load_network
from mcf.inference.mmseg_crop import whole_image_rule
from mcf.inference.parsing_network import ParsingNetwork
from mcf.registry import TRANSFORMS, registry_scope

mmseg = pytest.importorskip("mmseg")
CONFIGS = Path(mmseg.__file__).parent / ".mim" / "configs"
WINDOWS = "unet/unet-s5-d16_fcn_4xb4-40k_drive-64x64.py"
MANY = "segformer/segformer_mit-b0_8xb2-160k_ade20k-512x512.py"
CASCADE = "ocrnet/ocrnet_hr18s_4xb2-40k_cityscapes-512x1024.py"
SIDE = 96
LOAD, PACK = dict(type="LoadImageFromFile"), dict(type="PackSegInputs")


def small(name: str, **model: object) -> Config:
    """A config of mmsegmentation that sees squares of 96 pixels."""
    config = Config.fromfile(CONFIGS / name)
    config.merge_from_dict(dict(model=model))
    for step in config.test_pipeline:
        if step.type == "Resize":
            step.scale = (2 * SIDE, SIDE)
    config.test_dataloader.dataset.pipeline = config.test_pipeline
    return config


def binary(photo: np.ndarray, **model: object) -> Config:
    """A config of one channel that finds its class in half of the photo's pixels."""
    config = small(WINDOWS, decode_head=dict(out_channels=1, threshold=0.5), **model)
    torch.manual_seed(0)
    logits = ParsingNetwork(load_network(config)).predict(photo[None])[:, 1]
    config.model.decode_head.threshold = float(logits.sigmoid().median())
    return config


def mmseg_mask(network: torch.nn.Module, config: Config, image: np.ndarray):
    """What mmsegmentation's own inference says of an image [H,W]."""
    from mmseg.apis import inference_model

    network.cfg = config
    with registry_scope("mmseg"):
        return inference_model(network, image).pred_sem_seg.data[0].numpy()


@pytest.fixture
def photo():
    return np.ascontiguousarray(draw_face(3, size=SIDE).image[..., ::-1])


@pytest.mark.parametrize(
    ("name", "model"),
    [
        (WINDOWS, {}),
        (MANY, dict(data_preprocessor=dict(test_cfg=dict(size_divisor=64)))),
        (CASCADE, {}),
    ],
    ids=["windows", "many classes, padded", "cascade"],
)
def test_masks_are_those_of_mmseg(name, model, photo):
    torch.manual_seed(0)
    config = small(name, **model)
    inferencer = FaceInferencer(parsing=(config, None), detector=None)
    expected = mmseg_mask(inferencer._models.parsing.network.model, config, photo)
    assert len(np.unique(expected)) > 1
    np.testing.assert_array_equal(inferencer(photo).mask(0), expected)


def test_one_channel_is_two_classes(photo):
    config = binary(photo, test_cfg=dict(mode="whole", _delete_=True))
    torch.manual_seed(0)
    inferencer = FaceInferencer(parsing=(config, None), detector=None)
    expected = mmseg_mask(inferencer._models.parsing.network.model, config, photo)
    assert 0.4 < expected.mean() < 0.6
    assert (inferencer(photo).mask(0) != expected).mean() < 0.001


def test_crop_of_a_detected_face_is_seen_as_mmseg_sees_it(photo):
    torch.manual_seed(1)
    config = small(MANY)
    parts = ParsingNetwork(load_network(config))
    assert parts.rule == CropRule("image", (SIDE, SIDE))
    crops = np.stack([photo, photo[:, ::-1]])
    labels = parts.predict(crops).argmax(dim=1).numpy()
    for crop, found in zip(crops, labels):
        expected = mmseg_mask(parts.network.model, config, crop.copy())
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    ("steps", "size"),
    [
        ([dict(type="Resize", scale=(2048, 512), keep_ratio=True)], (512, 512)),
        ([dict(type="mmseg.Resize", scale=(320, 240))], (320, 240)),
        ([dict(type="ResizeShortestEdge", scale=(640, 640), max_size=999)], (640,) * 2),
        (
            [
                dict(type="Resize", scale=(584, 565), keep_ratio=True),
                dict(type="ResizeToMultiple", size_divisor=32),
            ],
            (576, 576),
        ),
    ],
)
def test_size_is_what_the_pipeline_makes_of_a_square(steps, size):
    assert whole_image_rule([LOAD, *steps, PACK], "a.py") == CropRule("image", size)
    results = dict(img=np.zeros((100, 100, 3), np.uint8), seg_fields=[])
    results |= dict(img_shape=(100, 100), ori_shape=(100, 100))
    with registry_scope("mmseg"):
        for step in steps:
            results = TRANSFORMS.build(step)(results)
    assert results["img"].shape[1::-1] == size


def test_pipelines_that_cut_faces_are_left_to_their_own_rule():
    assert whole_image_rule([LOAD, dict(type="mcf.FaceCrop")], "a.py") is None


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([], "nothing in its test pipeline says in which size"),
        ([dict(type="CLAHE")], "its test pipeline has CLAHE, which is not done"),
        ([dict(type="TestTimeAug", transforms=[])], "has TestTimeAug"),
        ([dict(type="Resize", scale_factor=0.5)], "need a scale of fixed size"),
        ([LOAD | dict(color_type="grayscale")], "reads images as 'grayscale'"),
    ],
)
def test_what_cannot_be_done_to_crops_is_named(steps, message):
    with pytest.raises(ValueError, match=f"mine.py: .*{message}"):
        whole_image_rule([LOAD, *steps, PACK], "mine.py")


def test_networks_that_cannot_be_built_or_see_no_parts_are_named():
    from mmseg.models.segmentors import DepthEstimator

    config = small(WINDOWS, backbone=dict(nonsense=1))
    with pytest.raises(ValueError, match=r"drive-64x64.py cannot be built: .*nonsense"):
        FaceInferencer(parsing=(config, None))
    config = small(WINDOWS, type=DepthEstimator)
    with pytest.raises(ValueError, match="a DepthEstimator, which finds no parts"):
        FaceInferencer(parsing=(config, None))


@pytest.mark.slow
def test_export_takes_such_networks(tmp_path, photo):
    pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from mcf.export import export_onnx
    from mcf.export.subject import open_subject
    from mcf.inference.onnx_models import open_onnx_model

    path = tmp_path / "net.pth"
    config = binary(photo, test_cfg=dict(mode="whole", _delete_=True))
    torch.manual_seed(0)
    torch.save(dict(state_dict=load_network(config).model.state_dict()), path)
    export_onnx(path, tmp_path / "net.onnx", config=config, decode=True)
    ours = FaceInferencer(parsing=(config, path), detector=None)(photo).mask(0)
    exported = open_onnx_model(tmp_path / "net.onnx")
    theirs = FaceInferencer(parsing=exported, detector=None)(photo).mask(0)
    assert 0.05 < ours.mean() < 0.95
    assert (ours != theirs).mean() < 0.001

    config.model.data_preprocessor.test_cfg = dict(size_divisor=64)
    with pytest.raises(ValueError, match="pads its crops of"):
        open_subject(path, config=config)
    with pytest.raises(ValueError, match=r"test_cfg\.mode=whole"):
        open_subject(path, config=binary(photo))


@pytest.mark.slow
def test_test_loop_takes_such_configs(tmp_path, photo):
    import json

    import cv2

    from mcf.commands.test import main

    config = small(CASCADE)
    torch.manual_seed(0)
    parts = ParsingNetwork(load_network(config))
    torch.save(dict(state_dict=parts.network.model.state_dict()), tmp_path / "w.pth")
    labels = parts.predict(photo[None]).argmax(dim=1)[0].numpy().astype(np.uint8)
    dataset = dict(type="BaseSegDataset", data_root=str(tmp_path))
    dataset |= dict(data_prefix=dict(img_path="images", seg_map_path="masks"))
    dataset |= dict(img_suffix=".png", pipeline=config.test_pipeline)
    dataset["metainfo"] = dict(classes=parts.class_set.classes)
    dataset["metainfo"]["palette"] = parts.class_set.colours
    config.test_dataloader |= dict(dataset=dataset, num_workers=0)
    config.test_dataloader |= dict(persistent_workers=False)
    for folder, image in (("images", photo), ("masks", labels)):
        (tmp_path / folder).mkdir()
        cv2.imwrite(str(tmp_path / folder / "a.png"), image)
    config.dump(tmp_path / "mine.py")
    paths = [str(tmp_path / name) for name in ("mine.py", "w.pth", "work", "out.json")]
    main([*paths[:2], "--work-dir", paths[2], "--out", paths[3]])
    found = json.loads((tmp_path / "out.json").read_text())
    assert found["aAcc"] == 100
