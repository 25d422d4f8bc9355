import json
from dataclasses import replace

import numpy as np
import pytest

from mcf.benchmark import Benchmark
from mcf.benchmark.row import Row, Score
from mcf.suite import UTKFace
from mcf.visualization.page import Picture
from tests.test_benchmark.sets import mean_colours, write_lfw, write_utkface


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    write_utkface(root / "utkface")
    write_lfw(root / "lfw")
    return root


def trained(task: str, key: str, place) -> Row:
    train, test = (dict(type="mcf.UTKFace", task=task, split=s) for s in PARTS)
    return Row(
        name=task,
        title=task,
        score=Score(key, key, higher=key == "accuracy"),
        kind="train",
        datasets=dict(train=train, test=test),
        places=(dict(data_root=str(place)),),
        site=UTKFace.SITE,
        shares=(0.1, 1.0),
    )


PARTS = ("train", "test")


def pairs(place) -> Row:
    return Row(
        name="lfw",
        title="LFW",
        score=Score("accuracy", "accuracy %", higher=True),
        kind="pairs",
        datasets=dict(pairs=dict(type="mcf.LFWPairs")),
        places=(dict(data_root=str(place)),),
        site="a site",
    )


def test_what_features_hold_is_read_off_them(data, tmp_path):
    rows = [
        trained("age", "mae", data / "utkface"),
        trained("gender", "accuracy", data / "utkface"),
        pairs(data / "lfw"),
    ]
    found = Benchmark(mean_colours(), rows, tmp_path).run()
    assert not found.missing
    age, few = found.entry("age", "frozen", 1.0), found.entry("age", "frozen", 0.1)
    assert age.mean < 3 < few.mean
    assert few.spread > 0 and len(few.values) == 3
    assert found.entry("gender", "frozen", 1.0).mean == 100
    lfw = found.entry("lfw", "frozen", 1.0)
    assert lfw.mean > 90 and len(lfw.values) == 1
    assert lfw.counts == {"images": 40, "pairs": 40}
    assert {"accuracy_mean_mirrored", "accuracy_cls", "tar_mean"} <= lfw.scores.keys()


def test_repeated_faces_are_found_by_their_pixels(data, tmp_path):
    row = trained("age", "mae", data / "utkface")
    entry = Benchmark(mean_colours(), [row], tmp_path).run().entries[1]
    assert entry.counts == {"train": 62, "test": 20, "repeated": 2}
    with_them, without = entry.scores["mae"], entry.scores["mae_without_repeats"]
    assert with_them != without


def test_groups_are_means_over_seeds_of_the_number_that_counts(data, tmp_path):
    row = trained("gender", "accuracy", data / "utkface")
    entry = Benchmark(mean_colours(), [row], tmp_path, seeds=[0]).run().entries[1]
    assert entry.groups["gender"] == {"female": 100, "male": 100, "gap": None}


def test_nothing_is_done_twice_and_a_killed_run_goes_on(data, tmp_path, monkeypatch):
    rows = [trained("age", "mae", data / "utkface"), pairs(data / "lfw")]
    whole = Benchmark(mean_colours(), rows, tmp_path / "whole").run()

    class Killed(Exception):
        pass

    benchmark = Benchmark(mean_colours(), rows, tmp_path / "killed")
    measure, done = benchmark._measures.measure, []

    def some(row, share, seed):
        if len(done) == 4:
            raise Killed
        done.append((row.name, share, seed))
        return measure(row, share, seed)

    monkeypatch.setattr(benchmark._measures, "measure", some)
    with pytest.raises(Killed):
        benchmark.run()
    again = Benchmark(mean_colours(), rows, tmp_path / "killed")
    remaining = again._measures.measure
    later = []
    monkeypatch.setattr(
        again._measures, "measure", lambda *a: later.append(a) or remaining(*a)
    )
    result = again.run()
    assert len(later) == 7 - 4
    assert replace(result, seconds=0) == replace(whole, seconds=0)


@pytest.mark.slow
def test_vectors_are_computed_once_for_all_questions(data, tmp_path):
    seen = []
    plain = mean_colours()

    def counted(squares):
        seen.append(len(squares))
        return plain.vectors(squares)

    keys = dict(age="mae", gender="accuracy")
    rows = [trained(task, key, data / "utkface") for task, key in keys.items()]
    Benchmark(replace(plain, vectors=counted), rows, tmp_path, seeds=[0]).run()
    assert sum(seen) == 62 + 20


def test_results_of_another_backbone_are_not_taken_for_its_own(data, tmp_path):
    rows = [trained("age", "mae", data / "utkface")]
    Benchmark(mean_colours(), rows, tmp_path).run()
    other = mean_colours("other", fingerprint="d" * 64)
    with pytest.raises(ValueError, match="made with other settings"):
        Benchmark(other, rows, tmp_path).run()


def test_what_is_only_told_may_change(data, tmp_path):
    row = pairs(data / "lfw")
    Benchmark(mean_colours(), [row], tmp_path).run()
    retold = replace(row, title="LFW pairs", note="small and old")
    (entry,) = Benchmark(mean_colours(), [retold], tmp_path).run().entries
    assert (entry.title, entry.note) == ("LFW pairs", "small and old")


@pytest.mark.slow
def test_damaged_vectors_are_computed_again(data, tmp_path):
    rows = [trained("age", "mae", data / "utkface")]
    first = Benchmark(mean_colours(), rows, tmp_path, seeds=[0]).run()
    for number, path in enumerate((tmp_path / "features").iterdir()):
        path.write_bytes(b"" if number else path.read_bytes()[:-50])
    for path in (tmp_path / "rows").iterdir():
        path.unlink()
    again = Benchmark(mean_colours(), rows, tmp_path, seeds=[0]).run()
    assert again.entries == first.entries


def test_row_without_data_says_where_to_get_them(data, tmp_path):
    rows = [
        trained("age", "mae", tmp_path / "nowhere"),
        pairs(data / "lfw"),
    ]
    found = Benchmark(mean_colours(), rows, tmp_path / "out").run()
    assert [entry.row for entry in found.entries] == ["lfw"]
    assert "nowhere" in found.missing["age"] and UTKFace.SITE in found.missing["age"]


def test_missing_image_is_counted_and_its_row_is_empty(tmp_path):
    write_utkface(tmp_path / "utkface")
    next((tmp_path / "utkface").glob("*_10*.jpg")).unlink()
    rows = [trained("age", "mae", tmp_path / "utkface")]
    found = Benchmark(mean_colours(), rows, tmp_path / "out").run()
    assert "1 of 20 images are missing" in found.missing["age"]


def test_duplicate_row_is_refused(tmp_path):
    root = tmp_path / "utkface"
    write_utkface(root)
    lines = (root / "utk_test.csv").read_text().splitlines()
    (root / "utk_test.csv").write_text("\n".join([*lines, lines[1]]))
    rows = [trained("age", "mae", root)]
    with pytest.raises(ValueError, match="is listed 2 times"):
        Benchmark(mean_colours(), rows, tmp_path / "out").run()


def test_vector_that_is_no_number_is_refused(data, tmp_path):
    plain = mean_colours()

    def broken(squares):
        found = plain.vectors(squares)
        found["mean"][0, 2] = np.nan
        return found

    row = trained("age", "mae", data / "utkface")
    benchmark = Benchmark(replace(plain, vectors=broken), [row], tmp_path)
    with pytest.raises(ValueError, match=r"vectors of colours \(mean\)\[0, 2\] is nan"):
        benchmark.run()
    assert not list(tmp_path.rglob("*.npz"))


def test_probe_needs_maps_and_its_row_says_so(tmp_path):
    row = Row(
        name="landmarks",
        title="drawn",
        score=Score("landmarks/ridge_nme", "NME %", higher=False),
        kind="probe",
        datasets=dict(
            probe=dict(
                type="mcf.LandmarkProbe",
                dataset=dict(type="mcf.SyntheticLandmarks", split="test", length=10),
            )
        ),
        places=(),
        site="",
    )
    found = Benchmark(mean_colours(), [row], tmp_path).run()
    assert "gives one vector a face, no map" in found.missing["landmarks"]


def test_damaged_result_is_named(data, tmp_path):
    rows = [pairs(data / "lfw")]
    Benchmark(mean_colours(), rows, tmp_path).run()
    (path,) = (tmp_path / "rows").iterdir()
    path.write_text(json.dumps({"settings": "x"}))
    with pytest.raises(ValueError, match=f"{path.name} is no result"):
        Benchmark(mean_colours(), rows, tmp_path).run()


@pytest.mark.slow
def test_worst_faces_are_shown_with_answer_and_truth(data, tmp_path):
    from mcf.benchmark.worst import worst_picture

    for row in (trained("age", "mae", data / "utkface"), pairs(data / "lfw")):
        folder = tmp_path / row.name
        benchmark = Benchmark(mean_colours(), [row], folder, seeds=[0])
        benchmark.run()
        outcome = benchmark.outcome(row, "frozen", 1.0, 0)
        picture = worst_picture(row, outcome)
        assert isinstance(picture, Picture) and len(outcome.worst) == 8
        assert picture.image.shape[1] > 8 * 112
