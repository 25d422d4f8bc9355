import pytest
import torch

from mcf.models.targets import CachedTeacher, TeacherTarget
from tests.tiny import tiny_mcf, tiny_teacher

ACTS = (torch.nn.GELU, torch.nn.ReLU)


def target(teacher=None, **settings):
    return TeacherTarget(teacher or tiny_teacher(), ["0", "3"], **settings)


def count_runs(teacher):
    """List that grows by the batch size each time the network runs."""
    runs = []
    teacher.model[0].register_forward_hook(lambda m, i, o: runs.append(len(i[0])))
    return runs


def files(folder):
    return sorted(folder.rglob("*.pt"))


def test_features_are_those_of_the_teacher_and_computed_once(tmp_path):
    teacher = target()
    cached, images = CachedTeacher(teacher, tmp_path), torch.randn(3, 3, 32, 32)
    expected, runs = teacher.targets(images), count_runs(teacher)
    for _ in range(2):
        for ours, theirs in zip(cached.targets(images), expected, strict=True):
            assert torch.equal(ours, theirs)
    assert runs == [3] and len(files(tmp_path)) == 3


def test_only_new_images_are_computed(tmp_path):
    cached, images = CachedTeacher(target(), tmp_path), torch.randn(4, 3, 32, 32)
    cached.targets(images[:3])
    runs = count_runs(cached.teacher)
    features = cached.targets(images.flip(0))
    assert runs == [1]
    expected = cached.teacher.targets(images.flip(0))
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(features, expected))


def cached_in(folder, teacher):
    cached = CachedTeacher(teacher, folder)
    cached.set_input_statistics([100] * 3, [50] * 3)
    return cached


def other_weights():
    teacher = tiny_teacher()
    teacher[3].bias.data += 1
    return target(teacher)


@pytest.mark.parametrize(
    "other",
    [
        other_weights,
        lambda: TeacherTarget(tiny_teacher(), ["3", "0"]),
        lambda: target(input_size=16),
        lambda: target(mean=[0, 0, 0]),
    ],
)
def test_another_teacher_reads_nothing_of_it(tmp_path, other):
    images = torch.randn(1, 3, 32, 32)
    cached_in(tmp_path, target()).targets(images)
    cached = cached_in(tmp_path, other())
    runs = count_runs(cached.teacher)
    cached.targets(images)
    assert runs == [1]


def test_features_of_another_precision_are_not_read(tmp_path):
    cached, images = CachedTeacher(target(), tmp_path), torch.randn(1, 3, 32, 32)
    with torch.autocast("cpu", torch.bfloat16):
        assert cached.targets(images)[0].dtype == torch.bfloat16
    assert cached.targets(images)[0].dtype == torch.float32
    exact = CachedTeacher(target(autocast=False), tmp_path)
    runs = count_runs(exact.teacher)
    with torch.autocast("cpu", torch.bfloat16):
        assert exact.targets(images)[0].dtype == torch.float32
    assert runs == []


def test_layers_without_weights_make_another_teacher(tmp_path):
    networks = [torch.nn.Sequential(torch.nn.Conv2d(3, 2, 1), act()) for act in ACTS]
    networks[1][0].load_state_dict(networks[0][0].state_dict())
    images = torch.randn(1, 3, 4, 4)
    for network in networks:
        teacher = TeacherTarget(network, ["1"])
        features = CachedTeacher(teacher, tmp_path).targets(images)
        assert torch.equal(features[0], teacher.targets(images)[0])


def test_flipped_image_is_another_image(tmp_path):
    cached, images = CachedTeacher(target(), tmp_path), torch.randn(1, 3, 32, 32)
    cached.targets(images)
    cached.targets(images.flip(-1))
    assert len(files(tmp_path)) == 2


def test_pseudo_images_pass_with_gradient_and_are_not_kept(tmp_path):
    cached = CachedTeacher(target(), tmp_path)
    images = torch.randn(1, 3, 32, 32, requires_grad=True)
    cached(images)[0].sum().backward()
    assert images.grad.abs().sum() > 0 and not files(tmp_path)


def test_half_written_file_is_never_read(tmp_path):
    cached, images = CachedTeacher(target(), tmp_path), torch.randn(1, 3, 32, 32)
    cached.targets(images)
    (file,) = files(tmp_path)
    file.rename(file.with_suffix(".1234"))  # as a killed process leaves it
    runs = count_runs(cached.teacher)
    cached.targets(images)
    assert runs == [1] and files(tmp_path) == [file]


def test_model_trains_to_the_same_losses_with_and_without(tmp_path):
    images, losses = torch.randn(4, 3, 32, 32), []
    for generator in (target(), CachedTeacher(target(), tmp_path)):
        model = tiny_mcf(target_generator=generator)
        torch.manual_seed(0)
        losses.append([model.loss(images)["loss_feature"].item() for _ in range(2)])
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    assert len(files(tmp_path)) == 4


def test_half_precision_is_kept_in_half_the_space_and_apart(tmp_path):
    images = torch.randn(1, 3, 32, 32)
    exact = CachedTeacher(target(), tmp_path).targets(images)
    half = CachedTeacher(target(), tmp_path, half=True)
    runs = count_runs(half.teacher)
    with torch.autocast("cpu", torch.bfloat16):  # which cannot stack float16 itself
        first, again = half.targets(images), half.targets(images)
    assert runs == [1] and len(files(tmp_path)) == 2
    for kept, read, full in zip(first, again, exact, strict=True):
        assert kept.dtype == torch.float16 and torch.equal(kept, read)
        assert torch.allclose(kept.float(), full, rtol=1e-2, atol=1e-2)


def test_feature_beyond_half_precision_is_refused(tmp_path):
    teacher = target()
    teacher.model[3].bias.data += 1e5
    cached = CachedTeacher(teacher, tmp_path, half=True)
    with pytest.raises(ValueError, match="half=False"):
        cached.targets(torch.randn(1, 3, 32, 32))
    assert not files(tmp_path)
