import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from mmpretrain.registry import MODELS
from safetensors import safe_open
from timm.models.vision_transformer import VisionTransformer

from mcf.apis import extract_features, load_backbone_model
from mcf.checkpoint import CheckpointFile, read_state
from mcf.crops.recipes import get_recipe
from tests.tools import load_tool

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "convert_checkpoint.py"


@pytest.fixture(scope="module")
def main():
    return load_tool("convert_checkpoint").main


@pytest.fixture
def released(tmp_path):
    """Released-like MCF file and the state of its trained encoder."""
    torch.manual_seed(0)
    vit = VisionTransformer(
        img_size=32, patch_size=8, embed_dim=64, depth=1, num_heads=1, num_classes=0
    ).state_dict()
    model = {f"online_encoder.{name}": tensor for name, tensor in vit.items()}
    model |= {f"target_encoder.{name}": tensor + 1 for name, tensor in vit.items()}
    model |= {"online_encoder.fc.0.weight": torch.ones(2), "mask_token": torch.ones(2)}
    torch.save({"model": model, "epoch": 15}, tmp_path / "mcf.pth")
    return tmp_path / "mcf.pth", vit


def test_released_file_becomes_an_mmpretrain_backbone(main, released, tmp_path, capsys):
    source, vit = released
    main([str(source), str(tmp_path / "out.pth"), "--prefix", "backbone."])
    content = torch.load(tmp_path / "out.pth", weights_only=True)
    state, meta = content["state_dict"], content["meta"]
    assert len(state) == len(vit)
    assert torch.equal(state["backbone.ln1.bias"], vit["norm.bias"])
    assert meta["backbone"]["arch"]["num_heads"] == 1
    assert meta["converted_from"] == "mcf: mcf.pth"
    assert meta["mean"][0] == pytest.approx(123.675)
    out = capsys.readouterr().out
    assert "found   mcf" in out
    assert f"dropped  {len(vit) + 2} of {2 * len(vit) + 2} tensors" in out
    assert f"target_encoder: {len(vit)}" in out
    assert "wrote   mmpretrain" in out


def test_written_file_initialises_the_host_backbone(main, released, tmp_path):
    source, vit = released
    main([str(source), str(tmp_path / "out.pth")])
    meta = torch.load(tmp_path / "out.pth", weights_only=True)["meta"]
    init = dict(type="Pretrained", checkpoint=str(tmp_path / "out.pth"))
    model = MODELS.build({**meta["backbone"], "init_cfg": init})
    model.init_weights()
    assert torch.equal(model.ln1.bias, vit["norm.bias"])
    assert torch.equal(model.layers[0].ffn.layers[1].bias, vit["blocks.0.mlp.fc2.bias"])


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_features_of_a_converted_public_file_are_those_of_its_network(
    main, tmp_path, suffix
):
    torch.manual_seed(0)
    vit = VisionTransformer(
        img_size=32, patch_size=8, embed_dim=64, depth=2, num_heads=1, num_classes=0
    ).eval()
    torch.save(dict(model=vit.state_dict()), tmp_path / "public.pth")
    out = tmp_path / f"out{suffix}"
    command = [str(tmp_path / "public.pth"), str(out)]
    main(command)
    with pytest.raises(ValueError, match=r"lacks mean, std.*convert public.*--source"):
        load_backbone_model(out)
    main([*command, "--source", "mae"])
    backbone = load_backbone_model(out)
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    rgb = (image[..., ::-1] - np.float32(backbone.mean)) / np.float32(backbone.std)
    with torch.no_grad():
        tokens = vit.forward_features(torch.from_numpy(rgb).permute(2, 0, 1)[None])
    for pooling, expected in dict(cls=tokens[:, 0], patches=tokens[:, 1:]).items():
        features = extract_features(backbone, [image], pooling=pooling)
        np.testing.assert_allclose(features, expected, atol=1e-4)


def test_what_the_file_says_of_its_images_and_crops_is_kept(main, released, tmp_path):
    source, _ = released
    crop = get_recipe("square").to_dict()
    content = torch.load(source, weights_only=True)
    content["meta"] = dict(mean=[1.0] * 3, std=[2.0] * 3, crop=crop)
    torch.save(content, tmp_path / "own.pth")
    for suffix in (".safetensors", ".pth"):
        out = tmp_path / f"out{suffix}"
        main([str(tmp_path / "own.pth"), str(out)])
        assert CheckpointFile(out).crop() == crop
        backbone = load_backbone_model(out)
        assert (backbone.mean, backbone.std) == ((1.0,) * 3, (2.0,) * 3)


def test_safetensors_go_out_and_in_with_the_named_encoder(main, released, tmp_path):
    source, vit = released
    middle, last = tmp_path / "middle.safetensors", tmp_path / "last.pth"
    main([str(source), str(middle), "--source", "mcf-target", "--target", "mocov3"])
    with safe_open(middle, "pt") as file:
        assert json.loads(file.metadata()["backbone"])["patch_size"] == 8
    main([str(middle), str(last), "--target", "timm"])
    state = torch.load(last, weights_only=True)
    assert state.keys() == vit.keys()
    assert all(torch.equal(state[name], vit[name] + 1) for name in vit)


def test_positions_are_resized(main, released, tmp_path):
    source, _ = released
    main([str(source), str(tmp_path / "out.pth"), "--img-size", "64"])
    content = torch.load(tmp_path / "out.pth", weights_only=True)
    assert content["state_dict"]["pos_embed"].shape == (1, 65, 64)
    assert content["meta"]["backbone"]["img_size"] == 64


def test_mistake_ends_with_one_line_and_a_failing_exit(released, tmp_path):
    source, _ = released
    command = [sys.executable, TOOL, source, tmp_path / "out.pth", "--source", "farl"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith("error: ")
    assert "nothing of format 'farl'" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "out.pth").exists()


@pytest.mark.parametrize(
    "file, task, heads",
    [
        ("parsing.jit.pt", "parsing", "decode_head.conv_seg.weight"),
        ("alignment.jit.pt", "landmarks", "head.conv_logits.weight"),
        ("attribute.pt", "attributes", "head.fc.weight"),
    ],
)
@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_published_networks_of_farl_become_ours(
    main, shared, tmp_path, capsys, file, task, heads, suffix
):
    source, out = (
        shared / "parity" / "farl_models_small" / file,
        tmp_path / f"x{suffix}",
    )
    main([str(source), str(out), "--num-heads", "2"])
    text = capsys.readouterr().out
    assert f"found   FaRL's {task} network" in text and "'num_heads': 2" in text
    state = read_state(out)
    assert heads in state and "backbone.cls_token" in state
    assert all(torch.isfinite(tensor).all() for tensor in state.values())
    with pytest.raises(ValueError, match="whole network, which takes no --img-size"):
        main([str(source), str(out), "--img-size", "64"])


def test_the_backbone_of_a_published_network_is_written_alone(main, shared, tmp_path):
    source = shared / "parity" / "farl_models_small" / "parsing.jit.pt"
    out = tmp_path / "vit.pth"
    main([str(source), str(out), "--source", "farl", "--num-heads", "2"])
    backbone = load_backbone_model(out)
    assert backbone.config["pre_norm"] and backbone.config["arch"]["embed_dims"] == 16
