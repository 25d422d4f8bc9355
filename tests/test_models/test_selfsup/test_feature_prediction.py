import pytest
import torch

from mcf.models.selfsup import FeaturePrediction
from mcf.models.selfsup.feature_prediction import student_copy
from mcf.models.targets import TeacherCells, TeacherTarget
from mcf.registry import MODELS
from tests.tiny import tiny_teacher


def tiny(seed: int = 0, **settings: object) -> FeaturePrediction:
    """Student of 32 pixels in patches of 8, teacher of 64: 4 x 4 and 2 x 2 cells."""
    teacher = TeacherTarget(tiny_teacher(), ["0", "3"])
    config = dict(
        type="mcf.FeaturePrediction",
        backbone=dict(
            type="mcf.MaskedViT",
            arch=dict(
                embed_dims=16, num_layers=2, num_heads=2, feedforward_channels=32
            ),
            img_size=32,
            patch_size=8,
        ),
        masking=dict(type="mcf.RandomMasking", ratio=0.75),
        neck=dict(
            type="mcf.FeatureDecoder",
            outputs=[16 * 4, 4 * 8],
            img_size=32,
            patch_size=8,
            encoder_dims=16,
            embed_dims=8,
            depth=1,
            num_heads=2,
        ),
        target_generator=TeacherCells(teacher, 4),
        feature_loss=dict(type="mcf.SmoothFeatureLoss"),
        data_preprocessor=dict(
            type="mmpretrain.SelfSupDataPreprocessor",
            mean=[123.675, 116.28, 103.53],
            std=[58.395, 57.12, 57.375],
            to_rgb=True,
        ),
    )
    torch.manual_seed(seed)
    model = MODELS.build(config | settings)
    model.init_weights()
    return model


def steps(model, images, count):
    torch.manual_seed(1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    losses = []
    for _ in range(count):
        loss = model.loss(images)["loss_feature"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    return losses


def test_learns_what_the_teacher_sees():
    model, images = tiny(), torch.randn(1, 3, 64, 64).expand(8, -1, -1, -1)
    losses = steps(model, images, 60)
    assert sum(losses[-5:]) < 0.75 * sum(losses[:5])


def test_all_but_the_teacher_and_the_positions_learn():
    model = tiny()
    model.loss(torch.randn(2, 3, 64, 64))["loss_feature"].backward()
    without = {n for n, p in model.named_parameters() if p.grad is None}
    assert without == {"backbone.pos_embed", "neck.decoder_pos_embed"}
    assert not any("target_generator" in name for name in model.state_dict())


def test_hidden_patches_are_predicted_too():
    model, images = tiny(), torch.randn(2, 3, 64, 64)
    seen = []
    model.feature_loss.register_forward_pre_hook(lambda m, inputs: seen.append(inputs))
    model.loss(images)
    predicted, targets = seen[0]
    assert [p.shape for p in predicted] == [t.shape for t in targets]
    assert predicted[0].shape[1] == 16


def test_student_sees_a_smoothed_smaller_copy():
    stripes = torch.tensor([0.0, 2.0]).repeat(32).expand(1, 3, 64, 64)
    copy = student_copy(stripes, (32, 32))
    assert copy.shape == (1, 3, 32, 32)
    assert (copy[..., 2:-2] - 1).abs().max() < 0.3  # no stripe is picked
    assert student_copy(stripes, (64, 64)) is stripes


def test_wrong_outputs_are_named():
    model = tiny()
    model.neck.outputs = [64, 16, 16]
    with pytest.raises(ValueError, match=r"neck.outputs to \[64, 32\]"):
        model.loss(torch.randn(2, 3, 64, 64))


def test_refuses_a_decoder_of_another_grid():
    neck = dict(
        type="mcf.FeatureDecoder",
        outputs=[4],
        img_size=32,
        patch_size=16,
        encoder_dims=16,
        embed_dims=8,
        depth=1,
        num_heads=2,
    )
    with pytest.raises(ValueError, match="grid"):
        tiny(neck=neck)


def test_refuses_masks_that_follow_attention():
    with pytest.raises(ValueError, match="momentum encoder"):
        tiny(masking=dict(type="mcf.AttentionMasking"))
