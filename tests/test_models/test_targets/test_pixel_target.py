import torch

from mcf.models.losses import feature_distance
from mcf.models.targets import PixelTarget


def test_tokens_are_centred_patches_row_by_row():
    images = torch.rand(2, 3, 8, 12)
    (tokens,) = PixelTarget(patch_size=4)(images)
    assert tokens.shape == (2, 6, 48)
    patch = images[1, :, 4:8, 8:12]  # last of the second row
    torch.testing.assert_close(tokens[1, 5], (patch - patch.mean()).flatten())


def test_loss_is_that_of_normalised_pixels():
    """Contrast and brightness of a patch of the prediction do not count."""
    torch.manual_seed(0)
    images = torch.rand(1, 3, 8, 8)
    target = PixelTarget(patch_size=4)
    same = target(2.5 * images + 0.3)[0]
    assert feature_distance(same, target.targets(images)[0], "channel") < 1e-10


def test_gradient_reaches_the_prediction_alone():
    target = PixelTarget(patch_size=4)
    images = torch.rand(1, 3, 8, 8, requires_grad=True)
    assert not target.targets(images)[0].requires_grad
    target(images)[0].square().sum().backward()
    assert images.grad.abs().sum() > 0
