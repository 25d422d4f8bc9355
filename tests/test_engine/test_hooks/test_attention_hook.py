from types import SimpleNamespace

import pytest
import torch
from mmengine.logging import MMLogger
from mmpretrain.models import VisionTransformer

from mcf.engine.hooks import AttentionHook
from mcf.engine.optim import AmpOptimWrapper, OptimWrapper
from mcf.models.attention import ATTENTION
from mcf.models.targets import TeacherTarget
from tests.test_engine.tiny_run import ARCH
from tests.tiny import tiny_mcf


def run_hook(wrapper, form="auto"):
    teacher = VisionTransformer(arch=ARCH, img_size=32, patch_size=8)
    model = tiny_mcf(target_generator=TeacherTarget(teacher, ["layers.1"]))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    runner = SimpleNamespace(
        model=model,
        optim_wrapper=wrapper(optimizer),
        logger=MMLogger.get_instance("attention"),
    )
    AttentionHook(form).before_train(runner)
    used = {
        module.scaled_dot_product_attention
        for network in (model, teacher)
        for module in network.modules()
        if hasattr(module, "scaled_dot_product_attention")
    }
    (function,) = used  # all the same, the teacher's too
    return {value: name for name, value in ATTENTION.items()}[function]


@pytest.mark.skipif(torch.cuda.is_available(), reason="for a CPU")
def test_precision_of_the_run_decides():
    assert run_hook(OptimWrapper) == "fused"
    assert run_hook(AmpOptimWrapper) == "plain"


def test_form_can_be_set():
    assert run_hook(OptimWrapper, "plain") == "plain"


def test_unknown_form_is_an_error():
    with pytest.raises(ValueError, match="attention='x' is unknown"):
        run_hook(OptimWrapper, "x")
