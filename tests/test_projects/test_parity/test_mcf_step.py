import numpy as np
import pytest

from projects.parity import replay_mcf_step


@pytest.fixture
def recording(shared):
    with np.load(shared / "parity/mcf_released_step.npz") as file:
        return dict(file)


def test_released_step_is_matched_number_for_number(recording):
    checks = replay_mcf_step(recording)
    assert [check for check in checks if not check.passed] == []
    inputs = ("state/", "noise_", "image_u8", "config_json", "kind")
    assert len(checks) == sum(not key.startswith(inputs) for key in recording)


@pytest.mark.parametrize(
    "key", ["loss_total", "query", "grad/mask_token", "pseudo_image", "noise_online"]
)
def test_a_wrong_number_is_noticed(recording, key):
    value = recording[key]
    recording[key] = 1 - value if key == "noise_online" else 1.01 * value
    assert any(not check.passed for check in replay_mcf_step(recording))
