import numpy as np
import pytest
import torch
from mmengine.config import Config

from mcf.models.backbone_loaders import (
    _without_files,
    load_backbone_model,
    load_backbone_of_run,
    untrained_copy,
)
from mcf.models.frozen_backbone import extract_features, fit_square, normalised
from tests.exported_backbone import BACKBONE, META


@pytest.fixture
def faces() -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (32, 32, 3), dtype=np.uint8) for _ in range(5)]


def test_checkpoint_of_a_run_gives_the_same_features(exported, faces, tmp_path):
    preprocessor = dict(mean=META["mean"], std=META["std"], to_rgb=True)
    model = dict(backbone=BACKBONE, data_preprocessor=preprocessor)
    config = tmp_path / "config.py"
    config.write_text(f"model = {model}\n")
    content = torch.load(exported, weights_only=True)["state_dict"]
    checkpoint = tmp_path / "iter_1.pth"
    torch.save(dict(state_dict=content | {"neck.w": torch.ones(1)}), checkpoint)
    run = load_backbone_of_run(config, checkpoint)
    np.testing.assert_array_equal(
        extract_features(run, faces),
        extract_features(load_backbone_model(exported), faces),
    )


@pytest.mark.parametrize("name", ["test_vit", "test_resnet", "test_convnext"])
def test_weights_of_timm_give_the_features_of_timm(faces, tmp_path, name):
    timm = pytest.importorskip("timm")
    torch.manual_seed(0)
    network = timm.create_model(name, num_classes=0).eval()
    size = network.default_cfg["input_size"][-1]
    torch.save(network.state_dict(), tmp_path / "timm.pth")
    inner = dict(type="mcf.TimmBackbone", name=name, norm=name == "test_vit")
    model = dict(
        backbone=dict(type="mcf.MaskedBackbone", network=inner, img_size=size),
        data_preprocessor=dict(mean=META["mean"], std=META["std"], to_rgb=True),
    )
    config = Config(dict(model=model))
    backbone = load_backbone_of_run(config, tmp_path / "timm.pth")
    squares = np.stack([fit_square(face, size) for face in faces])
    with torch.no_grad():
        expected = network.forward_intermediates(
            normalised(backbone, squares), indices=1, norm=inner["norm"]
        )[1][0]
    np.testing.assert_allclose(
        extract_features(backbone, faces), expected.mean((2, 3)), atol=1e-5
    )
    torch.save(dict(x=torch.ones(1)), tmp_path / "other.pth")
    with pytest.raises(ValueError, match=r"other\.pth: "):
        load_backbone_of_run(config, tmp_path / "other.pth")


def test_config_that_takes_bgr_is_refused(exported, tmp_path):
    preprocessor = dict(mean=META["mean"], std=META["std"])
    config = tmp_path / "config.py"
    config.write_text(
        f"model = {dict(backbone=BACKBONE, data_preprocessor=preprocessor)}\n"
    )
    with pytest.raises(ValueError, match="set to_rgb=True"):
        load_backbone_of_run(config, exported)


def test_untrained_copies_depend_on_their_seed_alone(exported, faces):
    backbone = load_backbone_model(exported)
    before = torch.get_rng_state()
    first, again, other = (untrained_copy(backbone, seed=s) for s in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    a, b, c, trained = (
        extract_features(m, faces) for m in (first, again, other, backbone)
    )
    np.testing.assert_array_equal(a, b)
    assert not np.allclose(a, c) and not np.allclose(a, trained)


def test_exported_network_needs_no_other_file(exported, faces, tmp_path):
    content = torch.load(exported, weights_only=True)
    inner = content["meta"]["backbone"]
    inner["init_cfg"] = dict(type="Pretrained", checkpoint="gone.pth")
    torch.save(content, tmp_path / "export.pth")
    moved = load_backbone_model(tmp_path / "export.pth")
    features = extract_features(load_backbone_model(exported), faces)
    np.testing.assert_array_equal(extract_features(moved, faces), features)
    nested = dict(a=1, network=dict(checkpoint="gone.pth", depth=2))
    assert _without_files(nested) == dict(a=1, network=dict(checkpoint=None, depth=2))


def test_file_without_meta_names_the_remedy(tmp_path):
    torch.save(dict(state_dict={}), tmp_path / "x.pth")
    with pytest.raises(ValueError, match=r"x\.pth.*lacks backbone.*give its config"):
        load_backbone_model(tmp_path / "x.pth")


def test_weights_of_another_backbone_are_refused(exported, tmp_path):
    content = torch.load(exported, weights_only=True)
    content["state_dict"].pop("backbone.cls_token")
    torch.save(content, tmp_path / "x.pth")
    with pytest.raises(ValueError, match=r"(?s)x\.pth do not fit.*cls_token"):
        load_backbone_model(tmp_path / "x.pth")
