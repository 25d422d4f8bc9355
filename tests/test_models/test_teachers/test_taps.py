import pytest
import torch
from torch import nn

from mcf.models.teachers import check_taps, tap_features


class Levels(nn.Module):
    """Returns a tuple of maps, as backbones do."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 4, 2, 2), nn.Conv2d(4, 5, 2, 2)

    def forward(self, images):
        x = self.first(images)
        return x, self.second(x)


def test_places_in_the_output_count_from_both_ends():
    images, net = torch.randn(2, 3, 8, 8), Levels()
    first, last = tap_features(net, images, check_taps(net, [0, -1]))
    expected = net(images)
    assert torch.equal(first, expected[0].flatten(2).transpose(1, 2))
    assert torch.equal(last, expected[1].flatten(2).transpose(1, 2))


def test_one_tap_may_stand_alone():
    assert check_taps(Levels(), "first") == ("first",)
    assert check_taps(Levels(), -1) == (-1,)


def test_first_item_of_a_tuple_counts():
    net = nn.ModuleDict({"both": Levels()})
    net.forward = lambda images: net["both"](images)
    (features,) = tap_features(net, torch.randn(1, 3, 8, 8), ("both",))
    assert features.shape == (1, 16, 4)


@pytest.mark.parametrize(
    ("taps", "message"),
    [
        ([], "at least one"),
        (["first", "first"], "each once"),
        (["first", 1], "mix names"),
        (["third"], r"\['third'\] name no sub-module of Levels; .*'first'"),
    ],
)
def test_taps_that_cannot_be_meant_are_refused(taps, message):
    with pytest.raises(ValueError, match=message):
        check_taps(Levels(), taps)


def test_places_beyond_the_output_are_refused():
    with pytest.raises(ValueError, match=r"\[2\] are beyond the 2 outputs"):
        tap_features(Levels(), torch.randn(1, 3, 8, 8), (0, 2))


def test_maps_with_channels_last_are_refused():
    net = nn.Sequential(nn.Identity())
    with pytest.raises(ValueError, match="channels last"):
        tap_features(net, torch.randn(1, 7, 7, 12), ("0",))
