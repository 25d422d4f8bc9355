"""Exported backbones in the libraries they are for."""

import json
import re

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from mcf.export import export_weights
from mcf.models.backbone_loaders import load_backbone_model
from mcf.registry import MODELS

PLAIN = "mmpretrain.VisionTransformer"


@pytest.fixture(scope="module")
def images():
    return torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def tokens(exported, images):
    """What our backbone makes of the images, [2,17,16]."""
    with torch.no_grad():
        return load_backbone_model(exported).model(images)[0]


def check(model, found, tokens):
    assert not model.training
    assert tokens.std() > 0.1
    torch.testing.assert_close(found, tokens, rtol=0, atol=1e-5)


@torch.no_grad()
def test_timm_loads_the_folder_with_its_statistics(exported, tmp_path, images, tokens):
    timm = pytest.importorskip("timm")
    export_weights(exported, tmp_path, target="timm")
    model = timm.create_model(f"local-dir:{tmp_path}", pretrained=True).eval()
    check(model, model.forward_features(images), tokens)
    data = timm.data.resolve_data_config(model=model)
    assert data["input_size"] == (3, 32, 32)
    assert np.allclose(np.multiply(data["mean"], 255), (120, 110, 100), atol=1e-3)
    assert np.allclose(np.multiply(data["std"], 255), (60, 50, 40), atol=1e-3)


@torch.no_grad()
def test_mmpretrain_loads_the_folder(exported, tmp_path, images, tokens):
    export_weights(exported, tmp_path, target="mmpretrain")
    config = json.loads((tmp_path / "config.json").read_text())
    assert config["type"] == "mmpretrain.VisionTransformer"
    model = MODELS.build({**config, "out_type": "raw"})
    model.load_state_dict(load_file(tmp_path / "model.safetensors"))
    model.eval()
    check(model, model(images)[0], tokens)


@torch.no_grad()
def test_transformers_loads_the_folder_with_its_statistics(
    exported, tmp_path, images, tokens
):
    transformers = pytest.importorskip("transformers")
    export_weights(exported, tmp_path, target="huggingface")
    model, problems = transformers.ViTModel.from_pretrained(
        tmp_path, add_pooling_layer=False, output_loading_info=True
    )
    assert not any(problems.values())
    check(model.eval(), model(images).last_hidden_state, tokens)
    images_of = transformers.AutoImageProcessor.from_pretrained(tmp_path)
    assert np.allclose(np.multiply(images_of.image_mean, 255), (120, 110, 100), 1e-4)
    assert images_of.size == {"height": 32, "width": 32}


def test_file_says_where_it_comes_from(exported, tmp_path):
    files = export_weights(exported, tmp_path / "new", target="huggingface")
    assert [file.name for file in files] == [
        "model.safetensors",
        "config.json",
        "preprocessor_config.json",
    ]
    with safe_open(files[0], "pt") as content:
        meta = content.metadata()
    assert meta["format"] == "pt"
    assert meta["converted_from"] == "mmpretrain: backbone_online.pth"
    assert json.loads(files[1].read_text())["num_attention_heads"] == 2


def test_mistakes_name_the_remedy(exported, tmp_path):
    with pytest.raises(ValueError, match=r"no target .*huggingface"):
        export_weights(exported, tmp_path, target="jax")
    with pytest.raises(ValueError, match=r"must be a folder.*convert_checkpoint"):
        export_weights(exported, tmp_path / "vit.safetensors", target="timm")
    with pytest.raises(FileNotFoundError):
        export_weights(tmp_path / "absent.pth", tmp_path / "x", target="timm")
    content = torch.load(exported)
    torch.save(content["state_dict"], tmp_path / "bare.pth")
    content["state_dict"] = {
        k: v for k, v in content["state_dict"].items() if ".ln1." not in k[:13]
    }
    torch.save(content, tmp_path / "tuned.pth")
    with pytest.raises(ValueError, match=r"without its last norm.*mmpretrain"):
        export_weights(tmp_path / "tuned.pth", tmp_path / "x", target="timm")
    assert not (tmp_path / "x").exists()


def test_unknown_statistics_are_refused_where_the_library_needs_them(
    exported, tmp_path
):
    content = torch.load(exported)
    meta = {"backbone": content["meta"]["backbone"]}
    torch.save({**content, "meta": meta}, tmp_path / "bare.pth")
    with pytest.raises(ValueError, match="mean and standard deviation"):
        export_weights(tmp_path / "bare.pth", tmp_path / "x", target="huggingface")
    assert export_weights(tmp_path / "bare.pth", tmp_path / "x", target="mmpretrain")


@pytest.mark.parametrize(
    ("own", "difference"),
    [
        (dict(norm_cfg=dict(type="LN", eps=1e-2)), "norm_cfg LN eps=0.01, not LN"),
        (dict(norm_cfg=dict(type="LN")), "eps=1e-05, not LN eps=1e-06"),
        (
            dict(layer_cfgs=dict(act_cfg=dict(type="mmpretrain.QuickGELU"))),
            "act_cfg QuickGELU, not GELU",
        ),
        (
            dict(layer_cfgs=[{}, dict(norm_cfg=dict(type="LN", eps=1e-3))]),
            "eps=0.001 and LN eps=1e-06, not",
        ),
        (dict(pre_norm=True), "pre_norm True, not False"),
        (dict(type=PLAIN, patch_cfg=dict(padding=2)), "patch_cfg {'padding': 2}, not"),
        (dict(arch="mocov3-tiny"), "arch is 'mocov3-tiny', not one of 's', 'small'"),
    ],
    ids=["eps", "default eps", "act", "one layer", "pre-norm", "patches", "arch"],
)
def test_settings_that_are_not_those_of_the_family_are_refused(
    exported, tmp_path, own, difference
):
    content = torch.load(exported)
    content["meta"]["backbone"] = {**content["meta"]["backbone"], **own}
    torch.save(content, tmp_path / "own.pth")
    with pytest.raises(ValueError, match=re.escape(difference)):
        export_weights(tmp_path / "own.pth", tmp_path / "x", target="mmpretrain")
    assert not (tmp_path / "x").exists()


def test_settings_of_the_family_and_folders_with_dots_are_accepted(exported, tmp_path):
    content = torch.load(exported)
    content["meta"]["backbone"] |= dict(
        norm_cfg=dict(type="LN", eps=1e-6, requires_grad=False),
        layer_cfgs=dict(act_cfg=dict(type="mmengine.GELU")),
        type=PLAIN,
        patch_cfg=dict(bias=True),
    )
    torch.save(content, tmp_path / "own.pth")
    for target in ("timm", "mmpretrain", "huggingface"):
        folder = tmp_path / "vit_v1.0" / target
        assert export_weights(tmp_path / "own.pth", folder, target=target)
    assert export_weights(exported, tmp_path / "vit_v1.1", target="timm")
