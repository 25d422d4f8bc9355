"""Replay of FaRL's three published networks and of the crops around them."""

import json
from collections.abc import Mapping

import numpy as np
import torch
from mmengine.config import Config
from torch import Tensor, nn

from mcf.checkpoint.farl import farl_task, from_farl
from mcf.crops.face import Face
from mcf.crops.recipes import crop_matrix, get_recipe
from mcf.hub.farl_config import farl_config
from mcf.inference.loading import build_network
from projects.parity.check import Check, relative_difference

LIMIT = 1e-4
COORDINATE_LIMIT = 1e-4  # pixels
RECIPES = {
    "parsing_lapa": "facer-lapa",
    "parsing_celebm": "facer-celebm",
    "alignment": "facer-alignment",
    "attribute": "facer-attribute",
}
"""Recorded crop rules and ours."""
CORNER = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
"""From our coordinates to recorded ones, whose origin is the corner of the image."""

Recording = Mapping[str, np.ndarray]


@torch.no_grad()
def replay_farl_models(recording: Recording) -> list[Check]:
    """Build the three networks from a recording and compare what they compute.

    Args:
        recording: Arrays of a ``kind = farl_models`` recording; all sizes are read
            from it.

    Returns:
        One check for each recorded feature map, output and set of crop matrices.
    """
    heads = json.loads(str(recording["config_json"]))["heads"]
    parsing, alignment, attribute = (
        _network(recording, name, heads)
        for name in ("parsing", "alignment", "attribute")
    )
    images = torch.from_numpy(recording["image"])
    features = parsing.extract_feat(_normalised(parsing, images))
    logits = parsing.decode_head(features)
    size = recording["parsing/logits"].shape[-2:]
    ours = {f"parsing/feature_{i}": feature for i, feature in enumerate(features)}
    ours["parsing/logits"] = nn.functional.interpolate(logits, size, mode="bilinear")
    maps = alignment.head(alignment.extract_feat(_normalised(alignment, images)))
    ours["alignment/heatmap"] = maps.sigmoid()
    faces = torch.from_numpy(recording["attribute/image"])
    tokens = attribute.extract_feat(_normalised(attribute, faces))
    ours["attribute/logits"] = attribute.head(tokens)
    checks = [
        Check(name, relative_difference(value.numpy(), recording[name]), LIMIT)
        for name, value in ours.items()
    ]
    return checks + _check_crops(recording)


def _network(recording: Recording, name: str, num_heads: int) -> nn.Module:
    prefix = f"{name}/state/"
    theirs = {
        key.removeprefix(prefix): torch.from_numpy(recording[key])
        for key in recording
        if key.startswith(prefix)
    }
    state = from_farl(theirs)
    config = Config(farl_config(farl_task(theirs), state, num_heads=num_heads))
    return build_network(config, state)


def _normalised(model: nn.Module, images: Tensor) -> Tensor:
    preprocessor = model.data_preprocessor
    return (255 * images - preprocessor.mean) / preprocessor.std


def _check_crops(recording: Recording) -> list[Check]:
    checks = []
    for key in recording:
        kind, _, size = key.removeprefix("geometry/").rpartition("_")
        if not key.startswith("geometry/") or kind not in RECIPES:
            continue
        recipe = get_recipe(RECIPES[kind], size=int(size))
        faces = [
            Face(np.zeros(4), 1.0, five)
            for five in recording["geometry/points5"].astype(float)
        ]
        matrices = np.stack([crop_matrix(recipe, face, (1, 1)) for face in faces])
        ours = CORNER @ matrices @ np.linalg.inv(CORNER)
        off = np.abs(ours - recording[key]).max()
        checks.append(Check(key, float(off), COORDINATE_LIMIT))
    return checks
