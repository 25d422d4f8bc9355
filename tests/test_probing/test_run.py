from pathlib import Path

import pytest

from mcf.probing import build_probes, load_probes, run_probes

CONFIGS = Path(__file__).resolve().parents[2] / "configs" / "probing"


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.py")), ids=lambda p: p.stem)
def test_every_config_builds(path):
    assert all(callable(probe) for probe in load_probes(path))


def test_scores_of_all_probes_are_returned():
    probes = [lambda backbone, device: {"a": 1.0}, lambda backbone, device: {"b": 2.0}]
    assert run_probes(probes, None) == {"a": 1.0, "b": 2.0}


def test_scores_of_one_name_are_refused():
    probes = 2 * [lambda backbone, device: {"a": 1.0}]
    with pytest.raises(ValueError, match=r"two probes give \['a'\]"):
        run_probes(probes, None)


def test_no_probe_is_refused():
    with pytest.raises(ValueError, match="no probe"):
        build_probes([])


def test_config_without_probes_is_refused(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("probe = dict(type='mcf.LandmarkProbe')\n")
    with pytest.raises(ValueError, match="has no list `probes`"):
        load_probes(path)
