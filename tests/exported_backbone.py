from pathlib import Path

import pytest
import torch

import mcf.models  # noqa: F401  registers the backbone
from mcf.registry import MODELS

BACKBONE = dict(
    type="mcf.MaskedViT",
    arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
    img_size=32,
    patch_size=8,
)
META = dict(
    backbone=BACKBONE,
    img_size=32,
    patch_size=8,
    mean=[120.0, 110.0, 100.0],
    std=[60.0, 50.0, 40.0],
)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Backbone file as a pre-training run exports it."""
    torch.manual_seed(5)
    model = MODELS.build(BACKBONE)
    model.init_weights()
    state = {f"backbone.{name}": value for name, value in model.state_dict().items()}
    path = tmp_path_factory.mktemp("backbone") / "backbone_online.pth"
    torch.save(dict(state_dict=state, meta=META), path)
    return path
