import math

import numpy as np
import pytest
import torch

pytest.importorskip("mmpose")

from mcf.models.heads.pose import HeatmapCoordHead
from tests.test_models.test_heads.test_pose.face_batch import NUM_POINTS, face_batch

CODEC = dict(type="mcf.NormalisedPoints", input_size=(64, 64))


def tiny_head(**settings: object) -> HeatmapCoordHead:
    torch.manual_seed(0)
    settings = dict(heatmap_size=(20, 20), dropout_ratio=0.0) | settings
    head = HeatmapCoordHead(
        [3, 3, 3, 3],
        NUM_POINTS,
        decoder=CODEC,
        channels=8,
        norm_cfg=dict(type="BN"),
        **settings,
    )
    head.init_weights()
    return head


def pyramid(batch: int = 2) -> list[torch.Tensor]:
    torch.manual_seed(1)
    return [torch.rand(batch, 3, side, side) for side in (16, 8, 4, 2)]


def labels_of(samples: list) -> torch.Tensor:
    return torch.cat([s.gt_instance_labels.keypoint_labels for s in samples])


def _slow_losses(logits, target, size):
    """Both losses, written out point by point."""
    distances, entropies = [], []
    resized = torch.nn.functional.interpolate(
        logits, (size, size), mode="bilinear", align_corners=False
    )
    for b in range(len(logits)):
        for k in range(logits.shape[1]):
            mass = torch.sigmoid(logits[b, k]).tolist()
            side, total, x, y = len(mass), 0.0, 0.0, 0.0
            for row in range(side):
                for column in range(side):
                    total += mass[row][column]
                    x += mass[row][column] * (column + 0.5) / side
                    y += mass[row][column] * (row + 0.5) / side
            u, v = target[b, k].tolist()
            distances.append(math.hypot(x / total - u, y / total - v))
            probability = torch.sigmoid(resized[b, k]).tolist()
            for row in range(size):
                for column in range(size):
                    dx, dy = column + 0.5 - u * size, row + 0.5 - v * size
                    squared = dx * dx + dy * dy
                    t = math.exp(-16 * squared / 50) if squared <= 25 else 0.0
                    p = probability[row][column]
                    entropies.append(-t * math.log(p) - (1 - t) * math.log(1 - p))
    return np.mean(distances), np.mean(entropies)


def test_losses_equal_a_slow_reference():
    head, samples = tiny_head().eval(), face_batch(CODEC)["data_samples"]
    losses = head.loss(pyramid(), samples)
    coord, heatmap = _slow_losses(head(pyramid()), labels_of(samples), 20)
    assert losses["loss_coord"].item() == pytest.approx(coord, rel=1e-4)
    assert losses["loss_heatmap"].item() == pytest.approx(heatmap, rel=1e-4)
    assert losses["distance"].item() == pytest.approx(coord, rel=1e-4)


def test_weights_scale_the_losses():
    samples = face_batch(CODEC)["data_samples"]
    one = tiny_head().eval().loss(pyramid(), samples)
    other = tiny_head(coord_weight=2.0, heatmap_weight=0.5).eval()
    other = other.loss(pyramid(), samples)
    torch.testing.assert_close(other["loss_coord"], 2 * one["loss_coord"])
    torch.testing.assert_close(other["loss_heatmap"], 0.5 * one["loss_heatmap"])
    torch.testing.assert_close(other["distance"], one["distance"])


def test_hidden_points_do_not_count():
    head, samples = tiny_head().eval(), face_batch(CODEC)["data_samples"]
    for sample in samples:
        sample.gt_instance_labels.keypoint_weights[0, 1:] = 0
    before = head.loss(pyramid(), samples)
    for sample in samples:
        sample.gt_instance_labels.keypoint_labels[0, 1:] = 7.0
    after = head.loss(pyramid(), samples)
    for name, value in before.items():
        torch.testing.assert_close(after[name], value)


def test_both_losses_train_every_parameter():
    for name in ("loss_coord", "loss_heatmap"):
        head = tiny_head()
        head.loss(pyramid(), face_batch(CODEC)["data_samples"])[name].backward()
        assert all(p.grad is not None and p.grad.any() for p in head.parameters()), name


def test_training_the_head_brings_the_points_closer():
    head, samples = tiny_head(), face_batch(CODEC)["data_samples"]
    optimiser = torch.optim.AdamW(head.parameters(), 1e-2)
    distances = []
    for _ in range(60):
        losses = head.loss(pyramid(), samples)
        optimiser.zero_grad()
        (losses["loss_coord"] + losses["loss_heatmap"]).backward()
        optimiser.step()
        distances.append(losses["distance"].item())
    assert distances[-1] < 0.3 * distances[0]


class _Logits(HeatmapCoordHead):
    """Takes logits where others take features."""

    def forward(self, feats: torch.Tensor) -> torch.Tensor:
        return feats


@pytest.fixture
def reader():
    return _Logits([3, 3], NUM_POINTS, decoder=CODEC, channels=4)


def test_prediction_is_in_pixels_of_the_input(reader):
    logits = torch.full((1, NUM_POINTS, 16, 16), -30.0)
    logits[0, 3, 2, 5] = 4.0
    samples = face_batch(CODEC, count=1)["data_samples"]
    (prediction,) = reader.predict(logits, samples)
    assert prediction.keypoints.shape == (1, NUM_POINTS, 2)
    # the cell in column 5, row 2 of 16 covers pixels 20..23 and 8..11 of 64
    np.testing.assert_allclose(prediction.keypoints[0, 3], [21.5, 9.5], atol=1e-3)
    assert prediction.keypoint_scores[0, 3] == pytest.approx(0.982, abs=1e-3)
    assert prediction.keypoint_scores[0, 0] < 1e-9


def test_flip_test_averages_points_mirrored_back(reader):
    samples = face_batch(CODEC, count=1)["data_samples"]
    torch.manual_seed(0)
    logits = 3 * torch.randn(1, NUM_POINTS, 16, 16)
    # what a network gives that is indifferent to mirroring
    mirrored = logits.flip(-1)[:, samples[0].flip_indices]
    flip = dict(flip_test=True)
    (plain,) = reader.predict(logits, samples)
    (same,) = reader.predict([logits, mirrored], samples, flip)
    np.testing.assert_allclose(same.keypoints, plain.keypoints, atol=1e-3)
    other = 3 * torch.randn(1, NUM_POINTS, 16, 16)
    (second,) = reader.predict(other.flip(-1)[:, samples[0].flip_indices], samples)
    (both,) = reader.predict([logits, other], samples, flip)
    mean = (plain.keypoints + second.keypoints) / 2
    np.testing.assert_allclose(both.keypoints, mean, atol=1e-3)


def test_heat_maps_are_returned_on_request(reader):
    samples = face_batch(CODEC, count=1)["data_samples"]
    logits = torch.randn(1, NUM_POINTS, 16, 16)
    _, fields = reader.predict(logits, samples, dict(output_heatmaps=True))
    torch.testing.assert_close(fields[0].heatmaps, logits[0].sigmoid())
