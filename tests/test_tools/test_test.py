import json
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

from mcf.registry import MODELS
from tests.test_engine.tiny_run import ARCH, write_run
from tests.tools import load_tool

test_tool = load_tool("test")


def run(monkeypatch, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", ["test.py", *map(str, arguments)])
    test_tool.main()


def test_config_without_test_data_is_an_error(tmp_path, monkeypatch):
    config = write_run(tmp_path)
    with pytest.raises(ValueError, match=r"tiny_mcf\.py has no test_dataloader"):
        run(monkeypatch, config, tmp_path / "teacher.pth")


def test_metrics_that_could_not_be_written_are_told_before_the_test(
    tmp_path, monkeypatch
):
    with pytest.raises(ValueError, match=r"m\.txt must end in one of \.json"):
        run(monkeypatch, tmp_path / "absent.py", "x.pth", "--out", "m.txt")


def weights_of_a_host_model(tmp_path: Path) -> dict[str, torch.Tensor]:
    """Write a config of mmpretrain's; weights of its network, which answers odd."""
    write_run(tmp_path)  # for its 28 images
    rows = [f"{i:02d}.png {i % 2}" for i in range(28)]
    (tmp_path / "labels.txt").write_text("\n".join(rows))
    model = dict(
        type="mmpretrain.ImageClassifier",
        data_preprocessor=dict(
            type="mmpretrain.ClsDataPreprocessor",
            num_classes=2,
            mean=[128] * 3,
            std=[64] * 3,
        ),
        backbone=dict(
            type="mmpretrain.VisionTransformer", arch=ARCH, img_size=32, patch_size=8
        ),
        head=dict(
            type="mmpretrain.VisionTransformerClsHead", num_classes=2, in_channels=16
        ),
    )
    config = Config(
        dict(
            default_scope="mmpretrain",
            model=model,
            test_dataloader=dict(
                batch_size=7,
                dataset=dict(
                    type="CustomDataset",
                    data_prefix=str(tmp_path / "images"),
                    ann_file=str(tmp_path / "labels.txt"),
                    classes=["even", "odd"],
                    pipeline=[
                        dict(type="LoadImageFromFile"),
                        dict(type="Resize", scale=(32, 32)),
                        dict(type="PackInputs"),
                    ],
                ),
                sampler=dict(type="DefaultSampler", shuffle=False),
            ),
            test_cfg=dict(),
            test_evaluator=dict(type="Accuracy"),
        )
    )
    config.dump(tmp_path / "config.py")
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        network = MODELS.build(model)
    with torch.no_grad():  # always "odd"
        network.head.layers.head.weight.zero_()
        network.head.layers.head.bias.copy_(torch.tensor([0.0, 9.0]))
    return network.state_dict()


def metrics(monkeypatch, tmp_path: Path, state: dict[str, torch.Tensor]) -> dict:
    torch.save(dict(state_dict=state), tmp_path / "model.pth")
    out = tmp_path / "metrics.json"
    run(
        monkeypatch,
        tmp_path / "config.py",
        tmp_path / "model.pth",
        f"--work-dir={tmp_path / 'work'}",
        f"--out={out}",
    )
    return json.loads(out.read_text())


@pytest.mark.parametrize("wrappers", ["", "module._orig_mod.", "_orig_mod.module."])
def test_metrics_of_a_host_model_are_written(tmp_path, monkeypatch, wrappers):
    state = weights_of_a_host_model(tmp_path)
    state = {wrappers + name: tensor for name, tensor in state.items()}
    assert metrics(monkeypatch, tmp_path, state) == {"accuracy/top1": 50.0}


def test_weights_that_leave_a_part_at_random_are_refused(tmp_path, monkeypatch):
    state = weights_of_a_host_model(tmp_path)
    head = "head.layers.head.weight"
    for wrong in (
        {name: tensor for name, tensor in state.items() if name != head},
        state | {head: torch.zeros(3, 16)},
        {f"encoder.{name}": tensor for name, tensor in state.items()},
    ):
        with pytest.raises(ValueError, match=r"model\.pth does not fit the config"):
            metrics(monkeypatch, tmp_path, wrong)
    more = state | {"auxiliary.weight": torch.zeros(1)}
    assert metrics(monkeypatch, tmp_path, more) == {"accuracy/top1": 50.0}
