"""Files of every format around one small random ViT, with the networks they are of."""

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import torch
from timm.models.vision_transformer import VisionTransformer as TimmViT
from torch import Tensor, nn

from mcf.checkpoint import FORMATS

WIDTH, DEPTH, HEADS, PATCH, SIDE = 16, 2, 2, 8, 32


class ClipBlock(nn.Module):
    """Residual block as CLIP describes it, on torch's own attention."""

    def __init__(self) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.attn = nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
        self.ln_2 = nn.LayerNorm(WIDTH)
        layers = dict(c_fc=nn.Linear(WIDTH, 64), c_proj=nn.Linear(64, WIDTH))
        self.mlp = nn.ModuleDict(layers)

    def forward(self, tokens: Tensor) -> Tensor:
        normed = self.ln_1(tokens)
        tokens = tokens + self.attn(normed, normed, normed)[0]
        hidden = self.mlp.c_fc(self.ln_2(tokens))
        return tokens + self.mlp.c_proj(hidden * torch.sigmoid(1.702 * hidden))


class ClipVisual(nn.Module):
    """CLIP's image tower up to the norm of its class token, LN epsilon 1e-5."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, PATCH, PATCH, bias=False)
        self.class_embedding = nn.Parameter(torch.randn(WIDTH))
        positions = (SIDE // PATCH) ** 2 + 1
        self.positional_embedding = nn.Parameter(torch.randn(positions, WIDTH))
        self.ln_pre = nn.LayerNorm(WIDTH)
        blocks = nn.Sequential(*(ClipBlock() for _ in range(DEPTH)))
        self.transformer = nn.Module()
        self.transformer.resblocks = blocks
        self.ln_post = nn.LayerNorm(WIDTH)

    def forward(self, images: Tensor) -> Tensor:
        patches = self.conv1(images).flatten(2).transpose(1, 2)
        cls = self.class_embedding.expand(len(images), 1, -1)
        tokens = torch.cat([cls, patches], dim=1) + self.positional_embedding
        tokens = self.transformer.resblocks(self.ln_pre(tokens))
        return self.ln_post(tokens[:, 0])


class TimmCls(TimmViT):
    """timm's ViT that gives the class token after the last norm."""

    def forward(self, images: Tensor) -> Tensor:
        return self.forward_features(images)[:, 0]


@dataclass
class Sample:
    """One file: state dict, what of it is no encoder, and the encoder it came from."""

    state: dict[str, Tensor]
    extra: set[str]
    reference: nn.Module
    prefix: str
    encoder: dict[str, Tensor] = field(init=False)

    def __post_init__(self) -> None:
        self.encoder = {k: v for k, v in self.state.items() if k not in self.extra}


def random_vit(
    seed: int, *, side: int = SIDE, patch: int = PATCH, layer_scale: float | None = None
) -> TimmCls:
    torch.manual_seed(seed)
    model = TimmCls(
        img_size=side,
        patch_size=patch,
        embed_dim=WIDTH,
        depth=DEPTH,
        num_heads=HEADS,
        num_classes=0,
        init_values=layer_scale,
    )
    for parameter in model.parameters():  # the defaults are zeros and ones in places
        nn.init.normal_(parameter, std=0.3)
    return model.eval()


def random_clip(seed: int) -> ClipVisual:
    torch.manual_seed(seed)
    model = ClipVisual()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.3)
    return model.eval()


def under(prefix: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {prefix + name: tensor for name, tensor in state.items()}


def fake(*names: str) -> dict[str, Tensor]:
    return OrderedDict((name, torch.rand(3)) for name in names)


MAE_DECODER = (
    "mask_token",
    "decoder_pos_embed",
    "decoder_embed.weight",
    "decoder_blocks.0.norm1.weight",
    "decoder_blocks.0.mlp.fc1.bias",
    "decoder_norm.bias",
    "decoder_pred.weight",
)


def build_sample(name: str) -> Sample:
    online, target = random_vit(1), random_vit(2)
    clip = random_clip(3)
    vit, momentum = online.state_dict(), target.state_dict()
    as_mmpretrain = {
        new: vit[old] for old, new in zip(vit, mmpretrain_names(DEPTH), strict=True)
    }
    match name:
        case "mcf" | "mcf-target":
            rest = fake("online_encoder.fc.0.weight", "target_encoder.fc.1.bias")
            rest |= fake("predictor.0.weight", "predictor.1.running_mean", *MAE_DECODER)
            rest |= under("perceptual_loss.model.", momentum)
            a, b = under("online_encoder.", vit), under("target_encoder.", momentum)
            if name == "mcf":
                return Sample(a | b | rest, {*b, *rest}, online, "online_encoder.")
            # Detection prefers the trained encoder, so this file holds the other only.
            del rest["online_encoder.fc.0.weight"]
            return Sample(b | rest, {*rest}, target, "target_encoder.")
        case "mocov3":
            rest = fake(
                "module.base_encoder.head.0.weight", "module.predictor.0.weight"
            )
            rest |= under("module.momentum_encoder.", momentum)
            state = under("module.base_encoder.", vit) | rest
            return Sample(state, {*rest}, online, "module.base_encoder.")
        case "farl":
            rest = fake("visual.proj", "token_embedding.weight", "logit_scale")
            rest |= fake("transformer.resblocks.0.ln_1.weight", "visual.mask_token")
            rest |= fake("visual.lm_transformer.0.bias", "visual.ln_lm.weight")
            rest |= fake("visual.lm_head.weight")
            state = under("visual.", clip.state_dict()) | rest
            return Sample(state, {*rest}, clip, "visual.")
        case "mae":
            rest = fake(*MAE_DECODER)
            return Sample(vit | rest, {*rest}, online, "")
        case "dinov2":
            scaled = random_vit(4, layer_scale=0.1)
            rest = fake("mask_token")
            return Sample(scaled.state_dict() | rest, {*rest}, scaled, "")
        case "timm":
            rest = fake("head.weight", "head.bias")
            return Sample(vit | rest, {*rest}, online, "")
        case "huggingface":
            rest = fake("pooler.dense.weight", "pooler.dense.bias")
            return Sample(huggingface_names(vit) | rest, {*rest}, online, "")
        case "mmpretrain":
            return Sample(as_mmpretrain, set(), online, "")
        case "mmpretrain-momentum":
            prefix = "momentum_encoder.module.backbone."
            rest = fake("momentum_encoder.steps", "neck.mask_token")
            return Sample(under(prefix, as_mmpretrain) | rest, {*rest}, online, prefix)
    raise AssertionError(f"no sample of format {name}")


def mmpretrain_names(depth: int) -> list[str]:
    """Names in timm's order, written out by hand from protocol §5.2."""
    layer = ("ln1", "attn.qkv", "attn.proj", "ln2", "ffn.layers.0.0", "ffn.layers.1")
    parts = ["patch_embed.projection"]
    parts += [f"layers.{i}.{part}" for i in range(depth) for part in layer]
    parts += ["ln1"]
    leaves = [f"{part}.{leaf}" for part in parts for leaf in ("weight", "bias")]
    return ["cls_token", "pos_embed", *leaves]


def huggingface_names(vit: dict[str, Tensor]) -> dict[str, Tensor]:
    """Timm's state in the names of transformers' ViT, written out by hand."""
    renamed = {}
    for name, tensor in vit.items():
        for old, new in (
            ("cls_token", "embeddings.cls_token"),
            ("pos_embed", "embeddings.position_embeddings"),
            ("patch_embed.proj.", "embeddings.patch_embeddings.projection."),
            ("blocks.", "encoder.layer."),
            ("norm1", "layernorm_before"),
            ("norm2", "layernorm_after"),
            ("attn.proj", "attention.output.dense"),
            ("mlp.fc1", "intermediate.dense"),
            ("mlp.fc2", "output.dense"),
        ):
            name = name.replace(old, new)
        name = re.sub(r"^norm\.", "layernorm.", name)
        if "attn.qkv" not in name:
            renamed[name] = tensor
            continue
        for part, values in zip(("query", "key", "value"), tensor.chunk(3)):
            renamed[name.replace("attn.qkv", f"attention.attention.{part}")] = values
    return renamed


@pytest.fixture(params=list(FORMATS))
def named_sample(request: pytest.FixtureRequest) -> tuple[str, Sample]:
    """Every format in turn with a file of it."""
    return request.param, build_sample(request.param)


@pytest.fixture
def sample() -> Callable[[str], Sample]:
    """Maker of a file of a named format."""
    return build_sample


@pytest.fixture
def vit() -> Callable[..., TimmCls]:
    """Maker of timm's ViT with random weights everywhere."""
    return random_vit
