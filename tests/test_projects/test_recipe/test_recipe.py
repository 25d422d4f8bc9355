import csv
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from projects.recipe.age import age_error
from projects.recipe.pairs import pair_accuracy
from projects.recipe.pretrain import settings
from projects.recipe.report import draw, read_results, table
from projects.recipe.store import copies_of_test_images, leave_out

CONFIGS = Path(__file__).parents[3] / "projects"


def write_pairs(path):
    """Two folds of two same and two different pairs among four people."""
    lines = ["2\t2"]
    for a, b, c, d in ("ABCD", "CDBA"):
        lines += [f"{a}\t1\t2", f"{b}\t1\t2", f"{a}\t1\t{c}\t1", f"{b}\t2\t{d}\t2"]
    path.write_text("\n".join(lines))
    return path


def features_of_people(noise):
    rng = np.random.default_rng(0)
    people = dict(zip("ABCD", np.linalg.qr(rng.normal(size=(16, 4)))[0].T))
    return {
        f"{name}_000{i}.jpg": 10 + people[name] + noise * rng.normal(size=16)
        for name in people
        for i in (1, 2)
    }


def test_pairs_are_told_apart_by_their_own_features_alone(tmp_path):
    path = write_pairs(tmp_path / "pairs.txt")
    assert pair_accuracy(features_of_people(0.01), path) == 100
    rng = np.random.default_rng(1)
    nothing = {name: rng.normal(size=16) for name in features_of_people(0)}
    assert pair_accuracy(nothing, path) < 100


def write_table(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "age", "coral_split", "same_as_a_test_image"])
        writer.writerows(rows)
    return path


def test_age_is_read_off_training_faces_that_are_no_copies(tmp_path):
    rng = np.random.default_rng(0)
    ages = rng.integers(21, 60, size=120)
    rows = [
        (f"{i}.jpg", age, "test" if i < 20 else "train", "")
        for i, age in enumerate(ages)
    ]
    rows += [("copy.jpg", 40, "train", "1"), ("none.jpg", 40, "", "")]
    table = write_table(tmp_path / "table.csv", rows)
    asked = []

    def features(names):
        asked.append(names)
        return {f"{i}.jpg": np.array([age, 1.0]) for i, age in enumerate(ages)}

    assert age_error(features, table) < 0.5
    assert asked[0] == {f"{i}.jpg" for i in range(120)}


def test_missing_test_face_is_an_error(tmp_path):
    table = write_table(tmp_path / "table.csv", [("0.jpg", 30, "test", "")])
    with pytest.raises(ValueError, match="1 of 1 test images"):
        age_error(lambda names: {}, table)


def test_copies_of_test_images_are_left_out_of_the_store(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    with tarfile.open(source / "a.tar", "w") as tar:
        for name in ("1.jpg", "2.jpg"):
            info = tarfile.TarInfo(name)
            info.size = 3
            tar.addfile(info, io.BytesIO(name[:3].encode()))
    rows = [("1.jpg", 3, "train", ""), ("2.jpg", 3, "train", "1")]
    names = copies_of_test_images(write_table(tmp_path / "t.csv", rows))
    assert names == {"2.jpg"}
    assert leave_out(source, names, tmp_path / "target") == 1
    with tarfile.open(tmp_path / "target/a.tar") as tar:
        assert tar.getnames() == ["1.jpg"]


@pytest.mark.parametrize(
    "arm",
    [
        "mini_benchmark/configs/mae.py",
        "mini_benchmark/configs/mcf.py",
        "recipe/configs/direct.py",
    ],
)
def test_arms_have_one_budget_and_one_process(arm, tmp_path):
    config = settings(
        CONFIGS / arm,
        epochs=4,
        faces=tmp_path / "faces",
        data=tmp_path / "data",
        work=tmp_path / "work",
    )
    assert config.train_cfg.max_epochs == config.param_scheduler[-1].end == 4
    assert config.train_dataloader.num_workers == 0
    assert config.optim_wrapper.dtype == "bfloat16"
    text = json.dumps(config.to_dict(), default=str)
    assert str(tmp_path / "faces") in text and '"data/' not in text
    if "direct" in arm:
        teacher = config.model.target_generator.teacher
        assert teacher.folder == str(tmp_path / "work" / "targets")
        assert teacher.teacher.input_size == 128


def write_result(folder, name, **changed):
    result = dict(
        arm="MAE", epochs=4, of_epochs=4, seed=0, processor_s=216.4, scores={}
    )
    (folder / f"{name}.json").write_text(json.dumps(result | changed))


def test_table_says_what_was_not_run(tmp_path):
    write_result(tmp_path, "b", scores={"landmarks/ridge_nme": 14.68})
    write_result(tmp_path, "a", arm="direct", epochs=1, processor_s=100)
    head, rule, first, second = table(read_results(tmp_path)).splitlines()
    assert head.count("|") == rule.count("|") == first.count("|") == 11
    assert first.startswith("| MAE | 4 of 4 | 0 | 216 | 14.68 | not run |")
    assert second.startswith("| direct | 1 of 4 | 0 | 100 | not run |")


def test_plot_has_a_line_for_each_arm(tmp_path):
    folder = tmp_path / "results"
    folder.mkdir()
    write_result(folder, "a", scores={"lfw/accuracy": 60})
    write_result(folder, "b", arm="direct", scores={"lfw/accuracy": 70})
    draw(read_results(folder), tmp_path / "plot.svg")
    text = (tmp_path / "plot.svg").read_text()
    assert "LFW pairs" in text and "direct" in text and "MAE" in text


def test_committed_results_are_those_of_the_page():
    folder = CONFIGS / "recipe"
    page = (folder / "README.md").read_text()
    assert table(read_results(folder / "results")) in page
