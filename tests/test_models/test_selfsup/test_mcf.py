import pytest
import torch
from torch.nn.parallel import DistributedDataParallel

from mcf.models.losses import info_nce
from tests.distributed import run_on_two_ranks
from tests.tiny import tiny_mcf


class FixedMasks:
    """Hands out given masks again and again."""

    def __init__(self, masks):
        self.masks, self.calls = masks, 0

    def __call__(self, batch_size, grid, *, device):
        self.calls += 1
        return self.masks[(self.calls - 1) % len(self.masks)]


def total(losses):
    return losses["loss_feature"] + losses["loss_contrastive"]


def test_losses_equal_the_calls_of_the_paper_one_by_one():
    model, images = tiny_mcf(), torch.randn(6, 3, 32, 32)
    first, second = (model.masking(6, (4, 4)) for _ in range(2))
    model.masking = FixedMasks([first, second])
    losses = model.loss(images)

    tokens = model.backbone.encode_kept(images, first.keep)
    pseudo = model.neck(tokens, first.restore)
    teacher = model.target_generator
    feature = model.feature_loss(teacher(pseudo), teacher(images))
    query = model.head.predict(model.projector((tokens[:, 0],))[0])
    key_tokens = model.backbone.encode_kept(images, second.keep)  # still a copy
    key = model.projector((key_tokens[:, 0],))[0]
    assert torch.allclose(losses["loss_feature"], feature, rtol=1e-5)
    assert torch.allclose(
        losses["loss_contrastive"], info_nce(query, key, 0.2), rtol=1e-5
    )
    assert losses["momentum"] == pytest.approx(0.99)


def test_two_masks_are_independent():
    model, drawn = tiny_mcf(), []
    draw = model.masking
    model.masking = lambda *a, **k: drawn.append(draw(*a, **k)) or drawn[-1]
    model.loss(torch.randn(4, 3, 32, 32))
    assert len(drawn) == 2 and not torch.equal(drawn[0].mask, drawn[1].mask)


def test_everything_trained_gets_a_gradient_and_nothing_else():
    model = tiny_mcf()
    total(model.loss(torch.randn(6, 3, 32, 32))).backward()
    for name, parameter in model.named_parameters():
        learns = not name.startswith("momentum_encoder.") and "pos_embed" not in name
        assert (parameter.grad is not None) == learns == parameter.requires_grad, name
    assert all(p.grad is None for p in model.target_generator.model.parameters())


def test_momentum_encoder_moves_before_the_keys_are_made():
    model, images = (
        tiny_mcf(momentum_encoder=dict(momentum=0.0)),
        torch.randn(6, 3, 32, 32),
    )
    model.loss(images)
    with torch.no_grad():
        for parameter in model.backbone.parameters():
            parameter.mul_(1.1)
    masks = [model.masking(6, (4, 4))]
    model.masking = FixedMasks(masks)  # the same mask twice: query input is key input
    keys = []
    model.momentum_encoder.module["projector"].register_forward_hook(
        lambda m, i, o: keys.append(o[0])
    )
    model.loss(images)
    tokens = model.backbone.encode_kept(images, masks[0].keep)
    assert torch.allclose(keys[0], model.projector((tokens[:, 0],))[0], atol=1e-5)


def test_symmetric_loss_adds_the_swapped_direction():
    images = torch.randn(6, 3, 32, 32)
    first, second = (tiny_mcf().masking(6, (4, 4)) for _ in range(2))
    one_way = []
    for masks in ([first, second], [second, first]):
        model = tiny_mcf()
        model.masking = FixedMasks(masks)
        one_way.append(model.loss(images)["loss_contrastive"])
    model = tiny_mcf(symmetric=True)
    model.masking = FixedMasks([first, second])
    both = model.loss(images)["loss_contrastive"]
    assert torch.allclose(both, sum(one_way), rtol=1e-5)


def test_checkpoint_holds_no_teacher_and_restores_the_loss():
    model, images = tiny_mcf(), torch.randn(6, 3, 32, 32)
    model.loss(images)
    state = model.state_dict()
    assert not any(name.startswith("target_generator") for name in state)
    other = tiny_mcf(seed=7)
    other.load_state_dict(state)
    results = []
    for m in (model, other):
        torch.manual_seed(3)
        results.append(total(m.loss(images)).item())
    assert results[0] == results[1]


def test_reconstruction_has_what_pictures_need():
    result = tiny_mcf().reconstruct(torch.randn(2, 3, 32, 32))
    assert result.pseudo_image.shape == (2, 3, 32, 32) and result.grid == (4, 4)
    assert result.online_mask.sum(dim=1).tolist() == [12, 12]
    assert [f.shape for f in result.pseudo_features] == [(2, 64, 4), (2, 16, 8)]
    assert not result.pseudo_image.requires_grad


def test_tensor_mode_extracts_features():
    assert tiny_mcf().eval()(torch.randn(2, 3, 32, 32))[0].shape == (2, 16)


def test_a_few_steps_lower_the_loss():
    torch.manual_seed(0)
    model, images = tiny_mcf(), torch.randn(16, 3, 32, 32)
    optimiser = torch.optim.AdamW(
        [p for p in model.parameters() if p.requires_grad], lr=3e-3
    )
    values = []
    for _ in range(60):
        loss = total(model.loss(images))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        values.append(loss.item())
    assert sum(values[-5:]) < 0.95 * sum(values[:5])


class ChunkedMasks(FixedMasks):
    """The part of whole-batch masks that belongs to a rank."""

    def __init__(self, masks, rank):
        super().__init__([type(m)(*(t.chunk(2)[rank] for t in m)) for m in masks])


def batch_free_mcf():
    """A model without BatchNorm, which mixes the samples of one rank only."""
    neck = dict(type="mmpretrain.LinearNeck", out_channels=8, norm_cfg=None)
    head = dict(type="mcf.ContrastiveHead", predictor=neck | dict(in_channels=8))
    return tiny_mcf(projector=neck | dict(in_channels=16), head=head)


class LossOnly(torch.nn.Module):
    """Lets DDP see the loss as a forward pass, as MMEngine's wrapper does."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        return total(self.model.loss(images))


def rank_step(rank, images, masks):
    model = batch_free_mcf()
    model.masking = ChunkedMasks(masks, rank)
    wrapped = DistributedDataParallel(LossOnly(model))
    loss = wrapped(images.chunk(2)[rank])
    loss.backward()
    gradients = {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
    return loss.item(), gradients


def test_two_ranks_equal_one_process_with_the_whole_batch():
    images = torch.randn(8, 3, 32, 32)
    model = batch_free_mcf()
    masks = [model.masking(8, (4, 4)) for _ in range(2)]
    model.masking = FixedMasks(masks)
    loss = total(model.loss(images))
    loss.backward()
    (loss0, gradients), (loss1, _) = run_on_two_ranks(rank_step, images, masks)
    assert (loss0 + loss1) / 2 == pytest.approx(loss.item(), rel=1e-6)
    for name, parameter in model.named_parameters():
        if parameter.grad is not None:
            assert torch.allclose(
                gradients[name], parameter.grad, rtol=1e-3, atol=1e-5
            ), name


def test_images_of_another_size_are_refused():
    """Masks are drawn on the grid of the config: the rest would never be seen."""
    with pytest.raises(ValueError, match=r"images of \(48, 48\) pixels"):
        tiny_mcf().loss(torch.rand(2, 3, 48, 48))
