"""Every kind of backbone that pre-trains takes its weights and a step downstream."""

from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from mmengine.config import Config, ConfigDict
from mmengine.optim import build_optim_wrapper
from mmengine.registry import DefaultScope
from torch import Tensor, nn

from mcf.checkpoint import load_backbone, load_strict
from mcf.engine.hooks.export_backbone_hook import backbone_weights
from mcf.registry import MODELS
from tests.test_configs.shrinking import shrink_backbone
from tests.test_configs.test_pretrain import CONFIGS, NAME

KINDS = {NAME.fullmatch(path.stem)["backbone"]: path for path in CONFIGS}
FOLDER = Path(__file__).parents[2] / "configs"
SIDE = 64  # of the crops
# mmpretrain's HiViT can return the map of its last block alone.
STAGES = {"HiViT": [6]}


@pytest.fixture(scope="module", params=KINDS)
def pretrained(request, tmp_path_factory):
    """Backbone as MCF trains it, and the file that a run leaves of it."""
    if "timm" in request.param and find_spec("timm") is None:
        pytest.skip("needs timm")
    config = Config.fromfile(KINDS[request.param]).model.backbone
    shrink_backbone(config)
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        encoder = MODELS.build(config)
    for parameter in encoder.parameters():
        nn.init.normal_(parameter, std=0.1)
    file = tmp_path_factory.mktemp("pretrained") / "backbone_online.pth"
    weights = backbone_weights(nn.ModuleDict(dict(backbone=encoder)), "online")
    torch.save(dict(state_dict=weights), file)
    return config, file


def downstream(backbone: ConfigDict) -> tuple[dict, str]:
    """The same network for dense tasks, and its prefix in the file."""
    if backbone.type == "mcf.MaskedViT":
        depth, patch = backbone.arch.num_layers, backbone.patch_size
        vit = dict(
            type="mcf.DenseViT",
            arch=backbone.arch,
            patch_size=patch,
            input_size=4 * patch,
            out_indices=[depth * part // 6 - 1 for part in (2, 3, 4, 6)],
        )
        return vit, "backbone."
    network = backbone.network.to_dict()
    stages = range(network.get("num_stages", 4))
    network["out_indices"] = STAGES.get(network["type"], tuple(stages))
    if network["type"] == "SwinTransformer":
        network["pad_small_map"] = True
    if not network["type"].startswith("mcf."):
        network["type"] = f"mmpretrain.{network['type']}"
    return network, "backbone.network."


def weights_of(file: Path, prefix: str, backbone: dict) -> dict[str, Tensor]:
    """What the network should find in the file: a ViT its positions resized."""
    if prefix == "backbone.":
        state = load_backbone(file, img_size=backbone["input_size"])
        return {k: v for k, v in state.items() if not k.startswith("ln1.")}
    state = torch.load(file)["state_dict"]
    return {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}


def alignment(backbone: dict, channels: list[int]) -> tuple[dict, dict]:
    """Model with the released head, and a batch."""
    pytest.importorskip("mmpose")
    from tests.test_models.test_heads.test_pose.face_batch import NUM_POINTS, face_batch

    path = "alignment/resnet50_heatcoord_8xb5-fp32-step-250e_300w-512.py"
    config = Config.fromfile(FOLDER / path)
    config.model.backbone = backbone
    head = config.model.head
    head.update(in_channels=channels, channels=8, num_keypoints=NUM_POINTS)
    head.decoder.input_size = (SIDE, SIDE)
    return config, face_batch(head.decoder, SIDE)


def parsing(backbone: dict, channels: list[int]) -> tuple[dict, dict]:
    """Model with UPerHead, and a batch."""
    pytest.importorskip("mmseg")
    from tests.test_configs.test_parsing import batch

    path = "parsing/resnet50_uper_8xb5-fp32-300e_lapa-512.py"
    config = Config.fromfile(FOLDER / path)
    config.model.backbone = backbone
    config.model.data_preprocessor.size = (SIDE, SIDE)
    head = config.model.decode_head
    head.update(in_channels=channels, in_index=list(range(len(channels))), channels=8)
    return config, batch(head.num_classes)


@pytest.mark.parametrize("task", [alignment, parsing])
def test_takes_the_weights_and_a_training_step(pretrained, task):
    settings, file = pretrained
    backbone, prefix = downstream(settings)
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        maps = MODELS.build(backbone)(torch.zeros(2, 3, SIDE, SIDE))
    channels = [m.shape[1] for m in maps]
    backbone["init_cfg"] = dict(type="Pretrained", checkpoint=str(file), prefix=prefix)
    config, batch = task(backbone, channels)
    if backbone["type"] == "mcf.DenseViT":
        width, norm = channels[0], dict(type="SyncBN")
        neck = dict(type="mcf.ViTFeaturePyramid", embed_dims=width, norm_cfg=norm)
        config.model.neck = neck
    with DefaultScope.overwrite_default_scope(config.default_scope):
        model = MODELS.build(config.model)
        model.init_weights()
        wrapper = build_optim_wrapper(model, config.optim_wrapper)
    weights = weights_of(file, prefix, backbone)
    assert weights
    fresh = MODELS.build({k: v for k, v in backbone.items() if k != "init_cfg"})
    load_strict(fresh, file)  # as --init-from does
    for own in (model.backbone.state_dict(), fresh.state_dict()):
        for name, tensor in weights.items():
            torch.testing.assert_close(own[name], tensor, msg=name)
    model.train()
    log = model.train_step(batch, wrapper)
    assert torch.isfinite(log["loss"])
    for name, parameter in model.named_parameters():
        assert parameter.requires_grad and parameter in wrapper.optimizer.state, name
