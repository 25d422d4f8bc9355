import pytest

from mcf.checkpoint.formats import FORMATS, get_format


def test_every_promised_format_has_a_row():
    assert list(FORMATS) == [
        *("mcf", "mcf-target", "mocov3", "farl", "mae", "dinov2", "timm"),
        "huggingface",
        *("mmpretrain", "mmpretrain-momentum"),
    ]


def test_statistics_are_on_the_0_255_scale():
    assert FORMATS["mcf"].statistics.mean == pytest.approx((123.675, 116.28, 103.53))
    assert FORMATS["mcf"].statistics.std == pytest.approx((58.395, 57.12, 57.375))
    farl = FORMATS["farl"].statistics
    assert farl.mean == pytest.approx((122.771, 116.746, 104.094), abs=1e-3)
    assert farl.std == pytest.approx((68.501, 66.632, 70.323), abs=1e-3)
    assert FORMATS["timm"].statistics is None


def test_rows_cannot_be_changed():
    with pytest.raises(AttributeError):
        FORMATS["mcf"].prefixes = ("other.",)


def test_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"'beit'.*mocov3"):
        get_format("beit")
