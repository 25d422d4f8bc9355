import pytest

from mcf.checkpoint.backbone import few, num_heads_of, square_side
from mcf.checkpoint.formats import FORMATS


def arch(dims, layers, hidden=None):
    return dict(
        embed_dims=dims, num_layers=layers, feedforward_channels=hidden or 4 * dims
    )


@pytest.mark.parametrize(
    ("source", "sizes", "heads"),
    [
        ("mcf", arch(768, 12), 12),
        ("mcf", arch(384, 12), 6),
        ("mocov3", arch(384, 12), 12),
        ("mocov3", arch(768, 12), 12),
        ("mae", arch(1024, 24), 16),
        ("mae", arch(1280, 32), 16),
        ("timm", arch(192, 12), 3),
        ("farl", arch(512, 7), 8),
    ],
)
def test_heads_are_those_of_the_published_models(source, sizes, heads):
    assert num_heads_of(sizes, FORMATS[source]) == heads


def test_heads_of_a_width_that_64_does_not_divide_are_asked_for():
    with pytest.raises(ValueError, match=r"width of 100 .* give num_heads"):
        num_heads_of(arch(100, 3), FORMATS["timm"])


def test_square_side_counts_the_class_token():
    assert square_side(197) == 14
    assert square_side(785) == 28


@pytest.mark.parametrize("positions", [0, 1, 3, 196])
def test_square_side_refuses_what_is_no_grid(positions):
    with pytest.raises(ValueError, match=f"{positions} positions"):
        square_side(positions)


def test_few_counts_what_it_leaves_out():
    assert few("abc") == "a, b, c"
    assert few("abcdefgh", limit=2) == "a, b and 6 more"
