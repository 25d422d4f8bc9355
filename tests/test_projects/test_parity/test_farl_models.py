import numpy as np
import pytest

from projects.parity import replay_farl_models

pytest.importorskip("mmseg")
pytest.importorskip("mmpose")


@pytest.fixture(params=["farl_models", "farl_models_small"])
def recording(shared, request):
    path = shared / "parity" / request.param / "farl_models.npz"
    with np.load(path) as file:
        return dict(file)


def test_published_networks_and_crops_are_matched(recording):
    checks = replay_farl_models(recording)
    assert [check for check in checks if not check.passed] == []
    inputs = ("config_json", "kind", "image", "attribute/image", "geometry/points5")
    names = {key for key in recording if "/state/" not in key and key not in inputs}
    assert {check.name for check in checks} == names


@pytest.mark.parametrize("recording", ["farl_models_small"], indirect=True)
@pytest.mark.parametrize(
    "key, change",
    [
        ("parsing/feature_0", 1e-3),
        ("parsing/logits", 1e-2),
        ("alignment/heatmap", 1e-3),
        ("attribute/logits", 1e-3),
        ("geometry/parsing_lapa_448", 2e-3),
        ("geometry/parsing_celebm_448", 2e-3),
        ("geometry/alignment_448", 2e-3),
        ("geometry/attribute_224", 2e-3),
    ],
)
def test_a_wrong_number_is_noticed(recording, key, change):
    recording[key] = recording[key] + change
    failed = [check.name for check in replay_farl_models(recording) if not check.passed]
    assert failed == [key]
