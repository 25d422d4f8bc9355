import pytest
import torch

from mcf.models.attention import (
    ATTENTION,
    fastest_attention,
    plain_attention,
    set_attention,
)
from tests.tiny import tiny_mcf


@pytest.mark.parametrize("masked", [False, True])
def test_both_forms_give_the_same_values_and_gradients(masked):
    torch.manual_seed(0)
    inputs = [torch.randn(2, 3, 5, 4, dtype=torch.float64) for _ in range(3)]
    mask = torch.randn(2, 1, 5, 5, dtype=torch.float64) if masked else None
    results = []
    for form in ATTENTION.values():
        leaves = [tensor.clone().requires_grad_() for tensor in inputs]
        output = form(*leaves, attn_mask=mask)
        output.square().sum().backward()
        results.append([output, *(leaf.grad for leaf in leaves)])
    torch.testing.assert_close(*results)


def test_dropout_keeps_the_mean_and_drops_weights():
    torch.manual_seed(0)
    ones = torch.ones(1, 1, 400, 8)
    dropped = plain_attention(ones, ones, ones, dropout_p=0.5)
    assert dropped.mean() == pytest.approx(1, abs=0.02)
    assert dropped.std() > 0.01


def test_fused_form_is_left_only_for_bfloat16_on_a_cpu():
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    assert fastest_attention(cpu, torch.bfloat16) == "plain"
    assert fastest_attention(cpu, torch.float32) == "fused"
    assert fastest_attention(gpu, torch.bfloat16) == "fused"


def test_model_computes_the_same_in_both_forms():
    images = torch.randn(2, 3, 32, 32)
    tokens = []
    for form in ATTENTION:
        model = tiny_mcf()
        # backbone 2, decoder 1, momentum backbone 2
        assert set_attention(model, form) == 5
        tokens.append(model.backbone.encode_all(images))
    torch.testing.assert_close(*tokens)


def test_unknown_form_is_an_error():
    with pytest.raises(ValueError, match="'flash' is unknown"):
        set_attention(torch.nn.Identity(), "flash")
