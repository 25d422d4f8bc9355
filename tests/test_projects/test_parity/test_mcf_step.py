import numpy as np
import pytest

from projects.parity import RECORDINGS, replay_mcf_step


def load(path):
    with np.load(path, allow_pickle=False) as file:
        return dict(file)


@pytest.fixture
def recording():
    return load(RECORDINGS / "mcf_released_step_small.npz")


def assert_matched(recording):
    checks = replay_mcf_step(recording)
    assert [check for check in checks if not check.passed] == []
    inputs = ("state/", "noise_", "image_u8", "config_json", "kind")
    assert len(checks) == sum(not key.startswith(inputs) for key in recording)


def test_released_step_is_matched_number_for_number(recording):
    assert_matched(recording)


def test_a_wider_network_at_224_pixels_is_matched_too(shared):
    assert_matched(load(shared / "parity/mcf_released_step.npz"))


@pytest.mark.parametrize(
    "key", ["loss_total", "query", "grad/mask_token", "pseudo_image", "noise_online"]
)
def test_a_wrong_number_is_noticed(recording, key):
    value = recording[key]
    recording[key] = 1 - value if key == "noise_online" else 1.01 * value
    assert any(not check.passed for check in replay_mcf_step(recording))
