import json
from dataclasses import asdict

import pytest

from projects.mini_benchmark.results import (
    MAX_BYTES,
    Result,
    read_result,
    write_result,
)

POINT = dict(epoch=1, images=8, scores=dict(nme=3.5))
RESULT = Result("mcf", 0, "pretrain", dict(epochs=1.0), "x", curve=[POINT])


def test_result_is_read_as_it_was_written(tmp_path):
    write_result(RESULT, tmp_path / "r.json")
    assert read_result(tmp_path / "r.json") == RESULT


@pytest.mark.parametrize(
    "change",
    [
        dict(arm=["mcf"]),
        dict(seed="0"),
        dict(scores=3),
        dict(scores=dict(nme="<b>")),
        dict(settings=None),
        dict(curve=3),
        dict(curve=[3]),
        dict(curve=[dict(epoch=1, images=8)]),
        dict(curve=[POINT | dict(epoch="1")]),
        dict(curve=[POINT | dict(scores=dict(nme=[]))]),
        dict(other=1),
    ],
)
def test_what_no_benchmark_writes_is_refused(tmp_path, change):
    path = tmp_path / "r.json"
    path.write_text(json.dumps(asdict(RESULT) | change))
    with pytest.raises(ValueError, match=r"r\.json is no result"):
        read_result(path)


@pytest.mark.parametrize("text", ["", "[" * 100_000, "3", " " * (MAX_BYTES + 1)])
def test_no_json_is_refused(tmp_path, text):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(ValueError, match=r"r\.json"):
        read_result(tmp_path / "r.json")
