from mmengine.config import Config

from projects.mini_benchmark import Arm, Protocol, Result
from projects.mini_benchmark.report import tables

PROTOCOL = Protocol("p", {}, [], 2, [], ())
ARM = Arm("a", "the arm", Config(), "a")
RIDGE, LINEAR = "landmarks/ridge_nme", "parts/linear_f1"


def point(images: int, **scores: float) -> dict:
    named = {RIDGE: scores.get("ridge"), LINEAR: scores.get("linear")}
    scores = {name: value for name, value in named.items() if value is not None}
    return dict(epoch=images // 10, images=images, scores=scores)


def test_only_a_point_without_images_is_called_untrained():
    curve = [point(0, ridge=9.0), point(20, ridge=8.0, linear=3.0)]
    curve.append(point(40, ridge=7.0, linear=4.0))
    run = Result("a", 0, "pretrain", dict(epochs=4), "x", curve)
    text = tables([run], [ARM], PROTOCOL)
    assert "| the arm | 0 | 4 | 40 | 9.00 → 7.00 | – → 4.00 | – |" in text


def test_cell_of_fewer_seeds_than_its_row_says_so():
    both = {RIDGE: 10.0, LINEAR: 30.0}
    results = [
        Result("a", 0, "frozen", both, "x"),
        Result("a", 1, "frozen", {RIDGE: 12.0}, "x"),
    ]
    text = tables(results, [ARM], PROTOCOL)
    assert "| the arm | 2 | 11.00 ± 1.41 | – | 30.00 (n=1) | – |" in text
