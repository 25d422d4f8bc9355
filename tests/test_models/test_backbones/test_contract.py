"""One contract for every encoder that MCF can train."""

from importlib.util import find_spec

import pytest
import torch

from mcf.models.backbones import MaskedEncoder
from mcf.registry import MODELS
from tests.test_models.test_backbones.calls import watch_calls
from tests.test_models.test_backbones.encoders import HOST, TIMM

CONFIGS = HOST | TIMM
NEEDS_TIMM = pytest.mark.skipif(find_spec("timm") is None, reason="needs timm")
NAMES = [*HOST, *(pytest.param(name, marks=NEEDS_TIMM) for name in TIMM)]


def build(config):
    torch.manual_seed(0)
    encoder = MODELS.build(config)
    encoder.init_weights()
    return encoder


@pytest.mark.parametrize("name", NAMES)
class TestMaskedEncoder:
    """What MCF relies on, for every family."""

    @pytest.fixture
    def encoder(self, name):
        encoder = build(CONFIGS[name])
        encoder.eval()
        return encoder

    @pytest.fixture
    def images(self, encoder):
        return torch.randn(3, 3, *encoder.img_size)

    @pytest.fixture
    def keep(self, encoder):
        """Half of the cells, other ones for each image."""
        length = encoder.patch_resolution[0] * encoder.patch_resolution[1]
        return torch.rand(3, length).argsort(dim=1)[:, : length // 2]

    def test_it_keeps_the_protocol(self, encoder):
        assert isinstance(encoder, MaskedEncoder)
        sides = zip(encoder.img_size, encoder.patch_resolution)
        assert all(side % cells == 0 and cells > 1 for side, cells in sides)

    def test_shapes(self, encoder, images, keep):
        rows, columns = encoder.patch_resolution
        channels = encoder.embed_dims
        assert encoder.encode_all(images).shape == (3, 1 + rows * columns, channels)
        kept = encoder.encode_kept(images, keep)
        assert kept.shape == (3, 1 + keep.shape[1], channels)

    def test_keeping_all_cells_equals_encoding_all(self, encoder, images):
        rows, columns = encoder.patch_resolution
        keep = torch.stack([torch.randperm(rows * columns) for _ in images])
        kept, whole = encoder.encode_kept(images, keep), encoder.encode_all(images)
        index = keep.unsqueeze(-1).expand(-1, -1, whole.shape[-1])
        assert torch.allclose(kept[:, 0], whole[:, 0], atol=1e-5)
        assert torch.allclose(kept[:, 1:], whole[:, 1:].gather(1, index), atol=1e-5)

    def test_hidden_pixels_have_no_influence_and_visible_ones_do(
        self, encoder, images, keep
    ):
        visible = torch.zeros(3, encoder.patch_resolution[0] ** 2)
        visible = visible.scatter(1, keep, 1.0).view(3, 1, *encoder.patch_resolution)
        visible = torch.nn.functional.interpolate(visible, encoder.img_size)
        tokens = encoder.encode_kept(images, keep)
        noise = 5 * torch.randn_like(images)
        same = encoder.encode_kept(images + noise * (1 - visible), keep)
        assert torch.equal(tokens, same)
        other = encoder.encode_kept(images + noise * visible, keep)
        assert not torch.allclose(tokens, other, atol=1e-3)

    def test_tokens_follow_the_order_of_the_indices(self, encoder, images, keep):
        tokens = encoder.encode_kept(images, keep)
        turned = encoder.encode_kept(images, keep.flip(1))
        assert torch.allclose(tokens[:, 1:], turned[:, 1:].flip(1), atol=1e-5)

    def test_images_do_not_mix(self, encoder, images, keep):
        together = encoder.encode_kept(images, keep)
        alone = encoder.encode_kept(images[1:2], keep[1:2])
        assert torch.allclose(together[1:2], alone, atol=1e-5)

    def test_everything_trainable_gets_a_gradient(self, encoder, images, keep):
        encoder.train()
        encoder.encode_kept(images, keep).square().sum().backward()
        for name, parameter in encoder.named_parameters():
            assert (parameter.grad is not None) == parameter.requires_grad, name

    def test_checkpointing_computes_again_and_changes_nothing(self, name, images, keep):
        results = []
        for with_cp in (False, True):
            encoder = build(CONFIGS[name] | dict(with_cp=with_cp))
            encoder.train()
            calls = watch_calls(encoder)
            tokens = encoder.encode_kept(images, keep)
            forward = len(calls)
            tokens.square().sum().backward()
            assert (len(calls) > forward) == with_cp
            gradients = [p.grad for p in encoder.parameters() if p.requires_grad]
            results.append([tokens.detach(), *gradients])
        for plain, recomputed in zip(*results, strict=True):
            assert torch.allclose(plain, recomputed, rtol=1e-4, atol=1e-5)

    def test_it_still_is_a_dense_backbone(self, encoder, images):
        output = encoder(images)
        assert isinstance(output, tuple) and len(output[-1]) == len(images)
