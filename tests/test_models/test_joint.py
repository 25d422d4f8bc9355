import pytest
import torch
from torch.nn import functional as F

from mcf.models.joint import EfficientNetPyramid, LandmarksAndParts
from mcf.models.joint.landmarks_and_parts import dice_loss

CONFIG = dict(
    backbone=dict(type="mcf.EfficientNetPyramid", frozen_blocks=3),
    neck=dict(type="mcf.TopDownFusion", channels=16),
    channels=16,
    points=68,
    classes=11,
    weights=dict(distance=1.0, heatmap=1.0, pixels=1.0, dice=1.0),
)


@pytest.fixture(scope="module")
def model() -> LandmarksAndParts:
    torch.manual_seed(0)
    return LandmarksAndParts(**CONFIG)


def test_pyramid_gives_maps_of_four_strides():
    backbone = EfficientNetPyramid()
    maps = backbone(torch.zeros(1, 3, 64, 96))
    assert [m.shape[1] for m in maps] == list(backbone.out_channels)
    assert [tuple(m.shape[2:]) for m in maps] == [(16, 24), (8, 12), (4, 6), (2, 3)]


def test_frozen_blocks_and_all_statistics_stay(model):
    model.train()
    before = {k: v.clone() for k, v in model.backbone.state_dict().items()}
    optimiser = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad], lr=0.1
    )
    batch = _batch()
    sum(model(**batch, mode="loss").values()).backward()
    optimiser.step()
    after = model.backbone.state_dict()
    changed = {k for k in before if not torch.equal(before[k], after[k])}
    frozen = ("stem", "blocks.0.", "blocks.1.", "blocks.2.")
    assert changed and not any(name.startswith(frozen) for name in changed)
    assert not any("running" in name for name in changed)


def test_answer_is_points_scores_and_logits_of_the_crop(model):
    model.eval()
    with torch.no_grad():
        points, scores, logits = model(torch.zeros(2, 3, 64, 64))
    assert points.shape == (2, 68, 2) and ((points > 0) & (points < 1)).all()
    assert scores.shape == (2, 68) and ((scores > 0) & (scores <= 1)).all()
    assert logits.shape == (2, 11, 64, 64)


def test_points_outside_of_the_crop_do_not_count(model):
    model.eval()
    batch = _batch()
    distances = []
    for outside in (-0.5, -5.0):
        batch["points"][:, -1] = outside
        losses = model(**batch, mode="loss")
        distances.append(losses["loss_distance"].item())
    batch["points"][:, -1] = 0.999
    inside = model(**batch, mode="loss")["loss_distance"].item()
    assert distances[0] == distances[1] != inside


def test_dice_is_zero_for_the_truth_and_large_for_its_opposite():
    labels = torch.randint(0, 3, (2, 8, 8))
    logits = 50.0 * F.one_hot(labels, 3).permute(0, 3, 1, 2)
    assert dice_loss(logits, labels) == pytest.approx(0, abs=1e-6)
    assert dice_loss(logits.roll(1, dims=1), labels) == pytest.approx(1, abs=1e-6)


def _batch() -> dict:
    generator = torch.Generator().manual_seed(0)
    return dict(
        inputs=torch.randn(2, 3, 64, 64, generator=generator),
        points=torch.rand(2, 68, 2, generator=generator) * 0.8 + 0.1,
        labels=torch.randint(0, 11, (2, 64, 64), generator=generator),
    )
