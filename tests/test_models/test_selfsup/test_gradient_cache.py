"""A batch in chunks equals the whole batch: losses, gradients, statistics, EMA."""

import pytest
import torch

from mcf.engine.optim import OptimWrapper
from mcf.models.selfsup.gradient_cache import gradient_cache
from tests.tiny import tiny_mcf


def total(losses):
    return losses["loss_feature"] + losses["loss_contrastive"]


def train(images, **settings):
    """Three steps; returns losses, the first gradients and the final state."""
    model = tiny_mcf(**settings)
    optimiser = torch.optim.SGD(
        [p for p in model.parameters() if p.requires_grad], lr=0.05
    )
    losses, gradients = [], {}
    for step in range(3):
        torch.manual_seed(step)
        result = model.loss(images)
        losses += [result["loss_feature"].item(), result["loss_contrastive"].item()]
        total(result).backward()
        for name, parameter in model.named_parameters():
            if parameter.grad is not None:
                gradients.setdefault(name, parameter.grad.clone())
        optimiser.step()
        optimiser.zero_grad()
    return losses, gradients, model.state_dict()


@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("chunk_size", [1, 3, 8, 20])  # 3 leaves a smaller last chunk
def test_chunks_equal_the_whole_batch(chunk_size, symmetric):
    images = torch.randn(8, 3, 32, 32)
    settings = dict(symmetric=symmetric, momentum_encoder=dict(momentum=0.5))
    losses, gradients, state = train(images, **settings)
    cached = train(images, chunk_size=chunk_size, **settings)
    assert cached[0] == pytest.approx(losses, rel=1e-4)
    assert cached[1].keys() == gradients.keys() and cached[2].keys() == state.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(cached[1][name], gradient, rtol=1e-3, atol=1e-5)
    for name, value in state.items():  # EMA and BatchNorm statistics among them
        torch.testing.assert_close(cached[2][name], value, rtol=1e-3, atol=1e-5)


def test_gradient_accumulation_has_fewer_negatives():
    images = torch.randn(8, 3, 32, 32)
    torch.manual_seed(5)
    whole = tiny_mcf().loss(images)["loss_contrastive"]
    torch.manual_seed(5)
    cached = tiny_mcf(chunk_size=2).loss(images)["loss_contrastive"]
    accumulated = sum(
        tiny_mcf().loss(part)["loss_contrastive"] / 4 for part in images.split(2)
    )
    assert cached.item() == pytest.approx(whole.item(), rel=1e-5)
    assert accumulated < 0.7 * whole  # about ln 2 / ln 8


BACKBONE = dict(
    type="mcf.MaskedViT",
    arch=dict(embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32),
    img_size=32,
    patch_size=8,
)


def test_stochastic_depth_is_the_same_in_both_computations():
    images, results = torch.randn(8, 3, 32, 32), []
    backbone = BACKBONE | dict(drop_path_rate=0.5)
    for chunk_size in (None, 8):  # the same draws, once kept, once computed again
        model = tiny_mcf(backbone=backbone, chunk_size=chunk_size)
        torch.manual_seed(2)
        total(model.loss(images)).backward()
        results.append(model.backbone.layers[1].attn.qkv.weight.grad)
    torch.testing.assert_close(*results, rtol=1e-4, atol=1e-6)


def kept_for_backward(model, images):
    """Bytes of activations that autograd holds between forward and backward."""
    known = {t.untyped_storage().data_ptr() for t in (images, *model.parameters())}
    held = {}

    def hold(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in known:
            held[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(hold, lambda tensor: tensor):
        losses = model.loss(images)
    assert total(losses).requires_grad
    return sum(held.values())


def test_activations_of_chunks_are_not_kept():
    images = torch.randn(8, 3, 32, 32)
    whole = kept_for_backward(tiny_mcf(), images)
    assert kept_for_backward(tiny_mcf(chunk_size=2), images) < 0.1 * whole


def test_mixed_precision_and_loss_scaling_see_one_backward_pass():
    images, results = torch.randn(8, 3, 32, 32), []
    for chunk_size in (None, 4):
        model = tiny_mcf(chunk_size=chunk_size)
        scaler = torch.amp.GradScaler("cpu", init_scale=2.0**12)
        optimiser = torch.optim.SGD(
            [p for p in model.parameters() if p.requires_grad], lr=0.1
        )
        torch.manual_seed(0)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = model.loss(images)
        scaler.scale(total(losses)).backward()
        scaler.unscale_(optimiser)
        results.append(model.neck.decoder_pred.weight.grad)
        scaler.step(optimiser)
        assert model.backbone.cls_token.grad.abs().sum() > 0
    # A half's rounding is the processor's: single numbers near zero have no digit left.
    whole, cached = results
    assert (cached - whole).norm() < 0.05 * whole.norm()


def test_loss_that_is_not_finite_is_found_before_the_backward_pass():
    model, skipped = tiny_mcf(chunk_size=2), []
    wrapper = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.1))
    wrapper.on_non_finite = skipped.append
    images = torch.randn(6, 3, 32, 32)
    images[4] = float("inf")
    wrapper.update_params(total(model.loss(images)))
    assert len(skipped) == 1
    assert all(parameter.grad is None for parameter in model.parameters())


def test_works_on_any_function_of_single_images():
    x = torch.randn(5, 3, requires_grad=True)
    y = torch.randn(5, 3)
    product, total = gradient_cache(lambda a, b: (a * b, a.sum(1)), (x, y), 2)
    torch.testing.assert_close(product, x * y)
    (product.sum() + total.sum()).backward()
    torch.testing.assert_close(x.grad, y + 1)


def test_refuses_what_would_change_the_result():
    with pytest.raises(ValueError, match="at least 1 image"):
        tiny_mcf(chunk_size=0)
    network = dict(type="mmpretrain.ResNet", depth=18, out_indices=(2,))
    backbone = dict(type="mcf.MaskedBackbone", network=network, img_size=32)
    with pytest.raises(ValueError, match="MaskedBackbone has BatchNorm"):
        tiny_mcf(backbone=backbone, chunk_size=4, **wide())


def wide():
    """Parts that fit a ResNet-18 of stride 16 on 32 pixels."""
    mlp = dict(
        type="mmpretrain.NonLinearNeck",
        in_channels=256,
        hid_channels=16,
        out_channels=8,
        with_avg_pool=False,
    )
    neck = dict(
        type="mcf.PseudoImageDecoder",
        img_size=32,
        patch_size=16,
        encoder_dims=256,
        embed_dims=8,
        depth=1,
        num_heads=2,
    )
    return dict(projector=mlp, neck=neck)
