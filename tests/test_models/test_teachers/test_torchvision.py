import pytest
import torch

from mcf.models.targets import TeacherTarget
from mcf.models.teachers import torchvision_model


def test_builds_networks_by_name():
    target = TeacherTarget(torchvision_model("mobilenet_v2"), ["features.3"])
    assert target(torch.randn(1, 3, 32, 32))[0].shape == (1, 64, 24)


def test_names_an_unknown_network():
    with pytest.raises(ValueError, match="no model 'resnet5'"):
        torchvision_model("resnet5")
