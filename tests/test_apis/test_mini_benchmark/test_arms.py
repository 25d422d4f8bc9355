from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

import mcf.datasets
import mcf.engine
import mcf.models  # noqa: F401  registration
from mcf.apis.benchmark.step import build_model
from mcf.apis.mini_benchmark import load_arm, load_protocol
from mcf.apis.mini_benchmark.paths import relocated
from mcf.datasets import Draw
from mcf.registry import DATASETS, MODELS
from tests.test_apis.test_mini_benchmark.tiny_benchmark import CONFIGS

ARMS = sorted(CONFIGS.glob("*.py"))
SIDE, VIEWS = 64, {"mocov3": 2}


def local(value: dict, shared: Path) -> dict:
    return relocated(value, data=shared / "data", backbones=Path("none"))


@pytest.mark.parametrize("path", ARMS, ids=lambda path: path.stem)
def test_every_arm_takes_a_step(path):
    """Teachers without their weights: the file is not at issue here."""
    arm = load_arm(path)
    settings = Config(arm.config.to_dict() if arm.config else dict(model=None))
    if settings.model is None:
        assert arm.teacher["type"] == "mcf.TeacherTarget"
        return
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        built = build_model(settings)
    images = torch.rand(4, 3, SIDE, SIDE)
    inputs = [images] * 2 if path.stem in VIEWS else images
    total = built.parse_losses(built.loss(inputs, None))[0]
    total.backward()
    assert torch.isfinite(total)
    assert all(p.grad is not None for p in built.backbone.ln1.parameters())


def test_views_of_mocov3_are_two_and_depend_on_the_draw_alone():
    settings = load_arm(CONFIGS / "mocov3.py").config.train_dataloader.dataset
    settings.dataset.store = dict(type="mcf.SyntheticFaceStore", length=2, size=64)
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        dataset = DATASETS.build(settings)
    views, again, other = (dataset[Draw(1, seed)]["inputs"] for seed in (3, 3, 4))
    assert [view.shape for view in views] == 2 * [(3, SIDE, SIDE)]
    assert all(map(torch.equal, views, again))
    assert not torch.equal(views[0], views[1])
    assert not torch.equal(views[0], other[0])


def test_transferred_encoder_shares_the_pretraining():
    mcf_, momentum = (
        load_arm(CONFIGS / f"{name}.py") for name in ("mcf", "mcf_momentum-encoder")
    )
    assert momentum.decisive() == mcf_.decisive()
    assert (momentum.trained_as, momentum.encoder) == ("mcf", "momentum")


def test_arms_share_budget_backbone_and_faces():
    configs = [arm.config for arm in map(load_arm, ARMS) if arm.config]
    first = configs[0]
    for config in configs:
        assert config.optim_wrapper == first.optim_wrapper
        assert config.param_scheduler == first.param_scheduler
        for name in ("arch", "img_size", "patch_size"):
            assert config.model.backbone[name] == first.model.backbone[name]
    assert {config.train_cfg.max_epochs for config in configs} == {0, 20}


def test_titles_differ():
    titles = [load_arm(path).title for path in ARMS]
    assert len(set(titles)) == len(titles)


def test_taps_weigh_what_they_should():
    """1000 / 197 on the mean of 2 - 2 cos of each tap (protocol §1.3)."""
    side = {"mcf": (64, (256, 64, 16)), "mcf_mobilenetv2": (64, (256, 64, 16, 4))}
    for name, (size, tokens) in side.items():
        settings = load_arm(CONFIGS / f"{name}.py").config.model
        teacher = settings.target_generator
        teacher.pop("checkpoint")
        with DefaultScope.overwrite_default_scope("mmpretrain"):
            teacher.model = MODELS.build(teacher.model)
            taps = MODELS.build(teacher)(torch.rand(1, 3, size, size))
        assert tuple(tap.shape[1] for tap in taps) == tokens
        loss = settings.feature_loss
        factors = [
            loss.loss_weight * weight / count
            for weight, count in zip(loss.tap_weights, tokens, strict=True)
        ]
        assert factors == pytest.approx([1000 / 197] * len(tokens))


def test_arm_without_title_is_refused(tmp_path):
    path = tmp_path / "nameless.py"
    path.write_text("arm = dict(encoder='online')\n")
    with pytest.raises(ValueError, match="needs arm=dict"):
        load_arm(path)


def test_paths_are_resolved_everywhere():
    value = dict(a=["data/x.pt", "database"], b=("arm://mocov3", 3))
    assert relocated(value, data=Path("/faces"), backbones=Path("/runs")) == dict(
        a=["/faces/x.pt", "database"], b=("/runs/mocov3/backbone_online.pth", 3)
    )


@pytest.mark.parametrize("name", ["photos", "drawn"])
def test_tasks_of_the_protocols_build(name, shared):
    import mcf.alignment
    import mcf.parsing  # noqa: F401

    protocol = load_protocol(CONFIGS / "protocols" / f"{name}.py")
    for task in protocol.fine_tuning:
        config = Config(local(Config.fromfile(task.config).to_dict(), shared))
        with DefaultScope.overwrite_default_scope(config.default_scope):
            MODELS.build(config.model)
            dataset = DATASETS.build(config.train_dataloader.dataset.dataset)
        inputs = dataset[0]["inputs"]
        assert inputs.shape == (3, SIDE, SIDE)


def test_protocol_with_a_missing_part_is_refused(tmp_path):
    path = tmp_path / "half.py"
    path.write_text("store = dict()\ncurve = []\n")
    with pytest.raises(ValueError, match="lacks"):
        load_protocol(path)
