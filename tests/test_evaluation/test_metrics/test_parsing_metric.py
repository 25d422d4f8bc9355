import csv
import json
import math

import numpy as np
import pytest
import torch

from mcf.evaluation.metrics import ParsingMetric
from mcf.registry import METRICS
from tests.distributed import run_on_two_ranks

META = dict(classes=["background", "skin", "nose", "hat"], dataset_name="toy faces")
TRUE = [
    torch.tensor([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, 2, 2], [0, 0, 0, 0]]),
    torch.tensor([[1, 1, 1, 1]] * 4),
]
PREDICTED = [
    torch.tensor([[0, 1, 1, 1], [0, 0, 1, 0], [2, 2, 1, 3], [0, 0, 0, 0]]),
    torch.tensor([[1, 1, 1, 1]] * 3 + [[0, 0, 2, 2]]),
]


def sample(predicted, true, name="a"):
    return dict(
        img_path=f"{name}.jpg",
        seg_map_path=f"{name}.png",
        pred_sem_seg=dict(data=predicted[None]),
        gt_sem_seg=dict(data=true[None]),
    )


SAMPLES = [
    sample(predicted, true, name)
    for predicted, true, name in zip(PREDICTED, TRUE, "ab", strict=True)
]


def evaluate(samples=SAMPLES, meta=META, **settings):
    metric = ParsingMetric(**settings)
    metric.dataset_meta = meta
    for one in samples:
        metric.process({}, [one])
    return metric.evaluate(len(samples))


def test_scores_of_two_4x4_masks_by_hand():
    # skin: true 4 + 16, predicted 5 + 12, right 3 + 12
    # nose: true 4, predicted 2 + 2, right 2; hat: no true pixel
    scores = evaluate()
    assert scores["parsing/F1/skin"] == pytest.approx(100 * 30 / 37)
    assert scores["parsing/F1/nose"] == pytest.approx(100 * 4 / 8)
    assert math.isnan(scores["parsing/F1/hat"])
    assert scores["parsing/mF1"] == pytest.approx(50 * (30 / 37 + 4 / 8))
    assert scores["parsing/mIoU"] == pytest.approx(50 * (15 / 22 + 2 / 6))
    assert scores["parsing/mAcc"] == pytest.approx(50 * (15 / 20 + 2 / 4))
    assert scores["parsing/aAcc"] == pytest.approx(100 * 24 / 32)


def test_mean_is_over_one_confusion_matrix_not_over_images():
    means = [evaluate([one])["parsing/mF1"] for one in SAMPLES]
    assert evaluate()["parsing/mF1"] != pytest.approx(np.mean(means))


def test_perfect_prediction_scores_100():
    scores = evaluate([sample(true, true) for true in TRUE])
    assert scores["parsing/mF1"] == scores["parsing/mIoU"] == 100
    assert scores["parsing/aAcc"] == 100


def test_background_is_not_averaged():
    true = torch.tensor([[0, 0, 0, 1]])
    scores = evaluate([sample(torch.tensor([[1, 1, 1, 1]]), true)])
    assert scores["parsing/F1/background"] == 0
    assert scores["parsing/mF1"] == pytest.approx(100 * 2 / 5)


def test_truth_of_nothing_but_background_has_no_mean():
    zeros = torch.zeros((2, 2), dtype=torch.long)
    scores = evaluate([sample(zeros, zeros)])
    assert math.isnan(scores["parsing/mF1"])
    assert scores["parsing/aAcc"] == 100


def test_ignored_pixels_do_not_count():
    true = torch.where(TRUE[0] == PREDICTED[0], TRUE[0], 255)
    assert (
        evaluate([sample(PREDICTED[0], true)], ignore_index=255)["parsing/mF1"] == 100
    )


def test_unknown_ids_are_named_with_the_file():
    true = TRUE[0].clone()
    true[0, 0], true[1, 1] = 9, 255
    with pytest.raises(ValueError, match=r"odd\.png: .* unknown ids \[9, 255\]"):
        evaluate([sample(PREDICTED[0], true, "odd")])


def test_prediction_of_another_size_is_named_with_the_file():
    with pytest.raises(ValueError, match=r"a\.png: .*\(2, 4\).*\(4, 4\)"):
        evaluate([sample(PREDICTED[0][:2], TRUE[0])])


def test_nothing_to_evaluate_is_an_error():
    with pytest.raises(ValueError, match="no image"):
        evaluate([])


def test_table_says_what_was_evaluated_and_how(monkeypatch):
    lines = []
    monkeypatch.setattr(
        "mmengine.logging.MMLogger.info", lambda _, text: lines.append(text)
    )
    smaller = sample(PREDICTED[0][:2], TRUE[0][:2], "c")
    evaluate([*SAMPLES, smaller])
    table = "\n".join(lines)
    assert "3 images of toy faces" in table
    assert "size of the ground truth: 2 sizes from 4x2 to 4x4" in table
    assert "mean over the foreground: skin, nose" in table
    assert "left out of the mean: hat" in table
    row = next(line for line in table.splitlines() if " nose " in line).split()
    assert row == ["2", "nose", "50.00", "33.33", "50.00", "4"]
    row = next(line for line in table.splitlines() if " hat " in line).split()
    assert row == ["3", "hat", "-", "-", "-", "0"]


def test_image_scores_are_written_as_json(tmp_path):
    path = tmp_path / "deep" / "images.json"
    evaluate(per_image_file=str(path))
    first, second = json.loads(path.read_text())
    assert (first["image"], first["height"], first["width"]) == ("a.jpg", 4, 4)
    assert first["F1/skin"] == pytest.approx(100 * 6 / 9, abs=1e-4)
    assert first["mF1"] == pytest.approx(50 * (6 / 9 + 4 / 6), abs=1e-4)
    assert first["F1/hat"] is None
    assert second["F1/nose"] is None
    assert second["aAcc"] == 75


def test_image_scores_and_confusion_are_written_as_csv(tmp_path):
    images, confusion = tmp_path / "images.csv", tmp_path / "confusion.csv"
    evaluate(per_image_file=str(images), confusion_file=str(confusion))
    rows = list(csv.DictReader(images.open()))
    assert [row["image"] for row in rows] == ["a.jpg", "b.jpg"]
    assert (rows[1]["F1/nose"], rows[1]["F1/skin"]) == ("", "85.7143")
    rows = list(csv.DictReader(confusion.open()))
    counts = [[int(row[name]) for name in META["classes"]] for row in rows]
    assert counts == [[7, 1, 0, 0], [3, 15, 2, 0], [0, 1, 2, 1], [0, 0, 0, 0]]
    assert rows[2]["true class"] == "nose"


def test_other_file_endings_are_refused_at_once():
    with pytest.raises(ValueError, match=r"scores\.txt must end in \.json or \.csv"):
        ParsingMetric(per_image_file="scores.txt")


def test_it_is_registered():
    metric = METRICS.build(dict(type="mcf.ParsingMetric", prefix="test"))
    assert metric.prefix == "test"


def _evaluate_on_rank(rank, file):
    metric = ParsingMetric(per_image_file=file)
    metric.dataset_meta = META
    # of three images the second rank gets one, and the first one repeated, as a
    # sampler does
    three = [*SAMPLES, sample(PREDICTED[0].T, TRUE[0], "c")]
    for index in ((0, 2), (1, 0))[rank]:
        metric.process({}, [three[index]])
    return metric.evaluate(len(three))


def test_two_processes_score_as_one(tmp_path):
    file, alone_file = tmp_path / "images.json", tmp_path / "alone.json"
    first, second = run_on_two_ranks(_evaluate_on_rank, str(file))
    three = [*SAMPLES, sample(PREDICTED[0].T, TRUE[0], "c")]
    alone = evaluate(three, per_image_file=str(alone_file))
    assert first == pytest.approx(alone, nan_ok=True)
    assert second == pytest.approx(alone, nan_ok=True)
    assert file.read_text() == alone_file.read_text()
