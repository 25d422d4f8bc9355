"""Every joint config is what its name says; the drawn one trains and is scored."""

import re
from pathlib import Path

import pytest

pytest.importorskip("mmpose")
pytest.importorskip("mmseg")

from mmengine.config import Config

from mcf.datasets.joint_faces import dataset_rule, one_rule
from mcf.engine import train
from mcf.inference import FaceInferencer
from mcf.inference.loading import load_network

CONFIGS = sorted((Path(__file__).parents[2] / "configs/joint").glob("*.py"))
NAME = re.compile(
    r"vit-tiny-p14_(?P<tasks>[a-z-]+)_1xb(?P<batch>\d+)-fp32-coslr-(?P<epochs>\d+)e"
    r"_(?P<data>[a-z0-9-]+)-(?P<side>\d+)"
)
(DRAWN,) = [path for path in CONFIGS if "synthetic" in path.stem]
SMALL = dict(embed_dims=16, num_layers=6, num_heads=2, feedforward_channels=32)


@pytest.fixture(params=CONFIGS, ids=[path.stem for path in CONFIGS])
def config(request):
    return Config.fromfile(request.param)


def test_name_tells_the_config(config):
    told = NAME.fullmatch(Path(config.filename).stem).groupdict()
    assert set(config.model.tasks) == set(told["tasks"].split("-"))
    assert config.train_dataloader.batch_size == int(told["batch"])
    assert config.train_cfg.max_epochs == int(told["epochs"])
    assert config.param_scheduler[-1].T_max == int(told["epochs"])


def test_all_parts_speak_of_the_same_tasks_and_one_crop(config):
    tasks = list(config.model.tasks)
    load_network(config)  # builds it and registers what it names
    train_sets = config.train_dataloader.dataset.dataset.tasks
    rules = {}
    for name, sets in (
        ("train", train_sets),
        ("val", config.val_dataloader.dataset.tasks),
        ("test", config.test_dataloader.dataset.tasks),
    ):
        assert list(sets) == tasks
        rules |= {f"{name} {task}": dataset_rule(one) for task, one in sets.items()}
    assert one_rule(rules).size == (112, 112)
    assert list(config.train_dataloader.sampler.shares) == tasks
    assert list(config.val_evaluator.metrics) == tasks
    assert list(config.test_evaluator.metrics) == tasks


@pytest.mark.slow
def test_one_run_trains_validates_and_answers(tmp_path):
    config = Config.fromfile(DRAWN)
    config.model.backbone.arch = SMALL
    config.model.neck[0].embed_dims = 16
    config.model.neck[1].in_channels = [16] * 4
    config.train_dataloader.batch_size = 4
    for dataset in (
        config.train_dataloader.dataset.dataset,
        config.val_dataloader.dataset,
    ):
        for one in dataset.tasks.values():
            one.length = 4
    config.train_cfg.update(max_epochs=1, val_interval=1)
    runner = train(config, out=tmp_path / "run")
    scores = runner.message_hub.log_scalars
    assert "val/points/landmark/full/nme_interocular" in scores
    assert "val/parts/parsing/mF1" in scores
    joint = (config, tmp_path / "run" / "epoch_1.pth")
    photo = runner.val_dataloader.dataset[0]["inputs"].permute(1, 2, 0).numpy()
    result = FaceInferencer(joint=joint, detector=None)(photo)
    assert result.landmarks.points.shape == (1, 68, 2)
    assert result.parsing.class_set.classes[1] == "skin"
