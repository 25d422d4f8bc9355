import pytest
import torch

from mcf.evaluation.metrics import FaceTaskMetric

GROUPS = [{"gender": "male"}, {"gender": "female"}] * 30


def metric(kind: str, classes=()) -> FaceTaskMetric:
    found = FaceTaskMetric()
    found.dataset_meta = dict(task="t", kind=kind, classes=list(classes))
    return found


def test_ages_and_the_gap_between_groups_by_hand():
    """Men are told 2 years too old, women 5: mean 3.5, gap 3."""
    samples = [
        dict(
            pred_age=torch.tensor(30.0 + (2 if g["gender"] == "male" else 5)),
            gt_age=torch.tensor(30.0),
            groups=g,
        )
        for g in GROUPS
    ]
    one = metric("age")
    one.process({}, samples[:7])
    one.process({}, samples[7:])
    found = one.evaluate(len(samples))
    assert found == pytest.approx(
        {"face/mae": 3.5, "face/cs5": 100, "face/gap_gender": 3}
    )


def test_classes_and_attributes_as_mmpretrain_predicts_them():
    one = metric("classes", "ab")
    one.process({}, [dict(pred_label=torch.tensor([1]), gt_label=torch.tensor([1]))])
    one.process({}, [dict(pred_label=torch.tensor([1]), gt_label=torch.tensor([0]))])
    assert one.evaluate(2) == {"face/accuracy": 50, "face/mean_class_accuracy": 50}
    one = metric("attributes", "ab")
    sample = dict(pred_score=torch.tensor([0.9, 0.2]), gt_score=torch.tensor([1, 1]))
    one.process({}, [sample])
    assert one.evaluate(1) == {"face/mean_accuracy": 50}


def test_rotations():
    one = metric("head_pose")
    one.process({}, [dict(pred_rotation=torch.eye(3), gt_rotation=torch.eye(3))])
    assert one.evaluate(1)["face/geodesic"] == pytest.approx(0, abs=1e-6)


def test_question_that_it_does_not_know_is_named():
    with pytest.raises(ValueError, match="asks 'pairs'"):
        metric("pairs").process({}, [{}])
