import pytest

from projects.mini_benchmark import Result
from projects.mini_benchmark.figures import write_curves
from projects.mini_benchmark.report import write_section
from projects.mini_benchmark.summary import curves, estimate


def result(arm: str, seed: int, **settings: object) -> Result:
    content = dict(evaluation="frozen", scores=dict(nme=float(seed)), settings="x")
    return Result(arm, seed, **(content | settings))


def test_mean_and_deviation_are_over_seeds():
    results = [result("a", 1), result("a", 4), result("b", 7)]
    assert str(estimate(results, "a", "frozen", "nme")) == "2.50 ± 2.12"
    assert str(estimate(results, "b", "frozen", "nme")) == "7.00"
    assert str(estimate(results, "a", "parsing-10", "nme")) == "–"


def test_curve_tells_images_and_computation():
    points = [dict(images=i, scores=dict(nme=9.0 - i)) for i in (0, 2, 4)]
    cost = dict(flops_per_image=3.0)
    run = result("a", 0, evaluation="pretrain", scores=cost, curve=points)
    (curve,) = curves([run, result("b", 0)], "nme")
    assert curve.arm == "a" and curve.images == (0, 2, 4)
    assert curve.flops == (0.0, 6.0, 12.0) and curve.scores == (9.0, 7.0, 5.0)
    assert curves([run], "other") == []


def test_nothing_is_drawn_without_a_curve(tmp_path):
    assert not write_curves([result("a", 0)], [], tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()


def test_page_without_section_is_refused(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(ValueError, match="must hold one section"):
        write_section(page, "tables")
