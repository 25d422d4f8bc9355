from dataclasses import replace
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DefaultScope

import mcf.datasets
import mcf.engine
import mcf.models  # noqa: F401  registration
from mcf.datasets import Draw
from mcf.registry import DATASETS, MODELS
from mcf.utils.checksums import settings_checksum
from projects.mini_benchmark import Arm, load_arm, load_protocol
from projects.mini_benchmark.paths import relocated
from projects.mini_benchmark.teacher_maps import teacher_backbone
from projects.step_benchmark.step import build_model
from tests.test_projects.test_mini_benchmark.tiny_benchmark import CONFIGS

ARMS = sorted(CONFIGS.glob("*.py"))
SIDE, VIEWS = 64, {"mocov3": 2}
WEIGHTS = "model.feature_loss.tap_weights"
CHANGES = {  # name: the arm it is like, and all that it changes
    "scratch": ("mae", {"train_cfg.max_epochs": 0}),
    "mcf_mask60": ("mcf", {"model.masking.ratio": 0.6}),
    "mcf_mask90": ("mcf", {"model.masking.ratio": 0.9}),
    "mcf_decoder1": ("mcf", {"model.neck.depth": 1}),
    "mcf_decoder4": ("mcf", {"model.neck.depth": 4}),
    "mcf_symmetric": ("mcf", {"model.symmetric": True}),
    "mcf_cosine-momentum": ("mcf", {"model.momentum_encoder.end_momentum": 1.0}),
    "mcf_no-contrast": ("mcf", {"model.head.loss_weight": 0.0}),
    "mcf_released-weights": ("mcf", {WEIGHTS: None}),
    "mcf_no-deep-tap": ("mcf", {WEIGHTS: [256 / 197, 64 / 197, 0]}),
    "mcf_channel-axis": (
        "mcf",
        {
            "model.feature_loss.axis": "channel",
            WEIGHTS: [64 / 197, 128 / 197, 128 / 197],
        },
    ),
    "mcf_few-pixels": (
        "mcf_and-pixels",
        {WEIGHTS: [256 / 197, 64 / 197, 16 / 197, 3 * 64 / 197 / 4]},
    ),
    "mcf_momentum-encoder": ("mcf", {}),
}
TOKENS = {  # arm: tokens of its taps
    "mcf": (256, 64, 16),
    "mcf_mobilenetv2": (256, 64, 16, 4),
    "mcf_efficientnet-lite0": (256, 64, 16, 4),
    "mcf_mocov3": (65, 65, 65),
}


@pytest.fixture(scope="module")
def arms() -> list[Arm]:
    return [load_arm(path) for path in ARMS]


def without_weights(teacher: dict) -> dict:
    """Config of a teacher around an untrained network."""
    settings = {k: v for k, v in teacher.items() if k != "checkpoint"}
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        return settings | dict(model=MODELS.build(settings["model"]))


@pytest.mark.parametrize("path", ARMS, ids=lambda path: path.stem)
def test_every_arm_takes_a_step(path):
    """Teachers without their weights: the file is not at issue here."""
    arm = load_arm(path)
    images = torch.rand(4, 3, SIDE, SIDE)
    if arm.teacher:
        maps = teacher_backbone(without_weights(arm.teacher)).model
        channels = sum(tap.shape[2] for tap in maps.teacher(images))
        assert maps(images).shape == (4, channels, 8, 8)
        return
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        built = build_model(Config(arm.config.to_dict()))
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


@pytest.mark.parametrize("name", CHANGES)
def test_arm_is_like_another_but_for_what_its_name_says(name):
    like, changes = CHANGES[name]
    expected = load_arm(CONFIGS / f"{like}.py", changes)
    assert load_arm(CONFIGS / f"{name}.py").decisive() == expected.decisive()


def test_whole_mcf_hides_three_quarters_and_decodes_in_two_blocks():
    model = load_arm(CONFIGS / "mcf.py").config.model
    assert (model.masking.ratio, model.neck.depth) == (0.75, 2)


def test_arms_that_are_trained_differently_differ_in_what_decides(arms):
    trained = {(arm.trained_as, settings_checksum(arm.decisive())) for arm in arms}
    names, decisive = zip(*trained)
    assert len(set(names)) == len(names) == len(arms) - 1  # two encoders of one run
    assert len(set(decisive)) == len(decisive)


@pytest.mark.parametrize(
    "option",
    [
        {"model.masking.ratio": 0.5},
        {"train_dataloader.batch_size": 3},
        {"optim_wrapper.optimizer.lr": 3.0},
        {"param_scheduler": []},
        {"train_cfg.max_epochs": 3},
    ],
    ids=lambda option: next(iter(option)),
)
def test_every_part_of_a_run_decides(option):
    path = CONFIGS / "mcf.py"
    assert load_arm(path, option).decisive() != load_arm(path).decisive()


def test_transferred_encoder_is_the_other_one_of_a_run():
    momentum = load_arm(CONFIGS / "mcf_momentum-encoder.py")
    assert (momentum.trained_as, momentum.encoder) == ("mcf", "momentum")


def test_arms_share_budget_backbone_and_faces(arms):
    configs = [arm.config for arm in arms if arm.config]
    first = configs[0]
    for config in configs:
        assert config.optim_wrapper == first.optim_wrapper
        assert config.param_scheduler == first.param_scheduler
        for name in ("arch", "img_size", "patch_size"):
            assert config.model.backbone[name] == first.model.backbone[name]
    assert {config.train_cfg.max_epochs for config in configs} == {0, 20}


def test_titles_differ(arms):
    assert len({arm.title for arm in arms}) == len(arms)


@pytest.mark.parametrize("name", TOKENS)
def test_taps_weigh_what_they_should(name):
    """1000 / 197 on the mean of 2 - 2 cos of each tap (protocol §1.3)."""
    settings, tokens = load_arm(CONFIGS / f"{name}.py").config.model, TOKENS[name]
    teacher = MODELS.build(without_weights(settings.target_generator))
    taps = teacher(torch.rand(1, 3, SIDE, SIDE))
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


def shapes_of_tasks(protocol: str, data: Path) -> list[tuple[int, ...]]:
    """Of the first face of each task, whose network is built too."""
    import mcf.alignment
    import mcf.parsing  # noqa: F401

    shapes = []
    for task in load_protocol(CONFIGS / "protocols" / f"{protocol}.py").fine_tuning:
        settings = Config.fromfile(task.config).to_dict()
        config = Config(relocated(settings, data=data, backbones=Path("none")))
        faces = config.train_dataloader.dataset.dataset
        if "length" in faces:
            faces.length = 2
        with DefaultScope.overwrite_default_scope(config.default_scope):
            MODELS.build(config.model)
            shapes.append(tuple(DATASETS.build(faces)[0]["inputs"].shape))
    return shapes


def test_tasks_on_photos_build(shared):
    assert shapes_of_tasks("photos", shared / "data") == 2 * [(3, SIDE, SIDE)]


def test_tasks_on_drawn_faces_build_without_data():
    assert shapes_of_tasks("drawn", Path("none")) == 2 * [(3, SIDE, SIDE)]


def test_frozen_protocol_differs_in_fine_tuning_alone():
    whole = load_protocol(CONFIGS / "protocols" / "photos.py")
    frozen = load_protocol(CONFIGS / "protocols" / "photos_frozen.py")
    assert whole.fine_tuning
    assert frozen == replace(whole, name="photos_frozen", fine_tuning=())


def test_protocol_with_a_missing_part_is_refused(tmp_path):
    path = tmp_path / "half.py"
    path.write_text("store = dict()\ncurve = []\n")
    with pytest.raises(ValueError, match="lacks"):
        load_protocol(path)
