import pytest
import torch

from projects.step_benchmark import measure_inference
from tests.test_inference.conftest import tiny_alignment, tiny_parsing

SETTINGS = dict(
    photos=3, photo_size=48, batch_size=2, detector=None, device=torch.device("cpu")
)


@pytest.mark.parametrize(
    ("task", "config"), [("landmarks", tiny_alignment), ("parsing", tiny_parsing)]
)
def test_every_step_of_every_face_is_timed(task, config):
    meter = measure_inference(config(), **SETTINGS)
    assert 0 < meter.network_share < 1
    lines = meter.table().splitlines()
    steps = [line.split()[0] for line in lines[1:-1]]
    assert steps == ["read", "detect", "crop", task, "map", "all"]
    assert lines[-1].startswith("3 images, 3 faces")


def test_other_tasks_are_refused():
    name = "mcf_vit-tiny-p14_1xb32-fp32-coslr-2e_synthetic-112"
    with pytest.raises(ValueError, match="no config of alignment or parsing"):
        measure_inference(name, **SETTINGS)
