import pytest
import torch

from mcf.models.targets import SeveralTeachers, TeacherTarget
from tests.tiny import tiny_mcf, tiny_teacher

STATISTICS = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])


def two():
    grey = dict(mean=[127.5] * 3, std=[127.5] * 3, input_size=16)
    return [
        TeacherTarget(tiny_teacher(), ["0", "3"]),
        TeacherTarget(tiny_teacher(), ["0"], **grey),
    ]


def test_taps_of_all_come_in_their_order_each_by_its_own_statistics():
    teachers, images = two(), torch.randn(2, 3, 32, 32)
    several = SeveralTeachers(teachers)
    several.set_input_statistics(*STATISTICS)
    expected = [*teachers[0](images), *teachers[1](images)]
    for features in (several(images), several.targets(images)):
        assert [f.shape for f in features] == [(2, 64, 4), (2, 16, 8), (2, 16, 4)]
        assert all(torch.equal(a, b) for a, b in zip(features, expected))
    assert not torch.equal(expected[0][:, :16], expected[2])


def test_gradient_reaches_the_images_only_where_it_should():
    images = torch.randn(2, 3, 32, 32, requires_grad=True)
    several = SeveralTeachers(two())
    assert not any(f.requires_grad for f in several.targets(images))
    sum(f.sum() for f in several(images)).backward()
    assert images.grad.abs().sum() > 0


def test_nothing_of_them_is_trained_or_saved():
    several = SeveralTeachers(two())
    assert not list(several.parameters()) and not several.state_dict()


def test_model_trains_with_two_teachers_and_weighs_their_taps():
    images, weights = torch.randn(4, 3, 32, 32), ([1, 1, 1], [0, 0, 2])
    losses = []
    for tap_weights in weights:
        model = tiny_mcf(
            target_generator=SeveralTeachers(two()),
            feature_loss=dict(type="mcf.FeatureDistanceLoss", tap_weights=tap_weights),
        )
        torch.manual_seed(0)
        losses.append(model.loss(images)["loss_feature"])
    assert losses[0] > 0 and losses[1] > 0 and losses[0] != losses[1]


def test_no_teacher_is_an_error():
    with pytest.raises(ValueError, match="teachers is empty"):
        SeveralTeachers([])
