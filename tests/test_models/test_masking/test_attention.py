import pytest
import torch

from mcf.models.masking import AttentionMasking


@pytest.fixture
def attention():
    """Left half attended to nine times as much."""
    weights = torch.ones(4, 8)
    weights[:, :4] = 9
    return (weights / weights.sum(dim=1, keepdim=True)).flatten().expand(500, -1)


def hidden_left_and_right(masking, attention):
    mask = masking(500, (4, 8), attention=attention).mask.view(500, 4, 8)
    assert (mask.sum(dim=(1, 2)) == 16).all()
    return mask[..., :4].mean().item(), mask[..., 4:].mean().item()


def test_positive_power_hides_what_is_attended_to(attention):
    left, right = hidden_left_and_right(AttentionMasking(0.5), attention)
    assert left > 0.75 > 0.25 > right


def test_negative_power_keeps_it(attention):
    left, right = hidden_left_and_right(AttentionMasking(0.5, power=-1), attention)
    assert left < 0.25 < 0.75 < right


def test_power_zero_is_uniform(attention):
    left, right = hidden_left_and_right(AttentionMasking(0.5, power=0), attention)
    assert left == pytest.approx(0.5, abs=0.02) and right == pytest.approx(
        0.5, abs=0.02
    )


def test_two_masks_of_an_image_differ(attention):
    first, second = (
        AttentionMasking(0.5)(500, (4, 8), attention=attention).mask for _ in range(2)
    )
    assert not torch.equal(first, second)


def test_attention_of_another_grid_is_refused(attention):
    with pytest.raises(ValueError, match=r"attention \(500, 32\) .* grid \(4, 4\)"):
        AttentionMasking()(500, (4, 4), attention=attention)
