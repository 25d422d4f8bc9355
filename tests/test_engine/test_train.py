"""From arguments to a run, and what a resumed run must have in common with it."""

import os
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mcf import apis, engine
from mcf.engine.data_path import set_data_path
from mcf.engine.train import resolve_resume, run_settings
from mcf.utils.configs import list_models, read_config
from tests.test_engine.tiny_run import write_run

SHORT = {
    "train_cfg.max_epochs": 1,
    "train_dataloader.num_workers": 0,
    "train_dataloader.persistent_workers": False,
    "param_scheduler": None,
    "custom_hooks.5.interval": 100,  # no pictures
}


def settings(content: dict, **arguments) -> Config:
    return run_settings(Config(dict(model=dict()) | content), **arguments)


@pytest.fixture(scope="module")
def config(tmp_path_factory) -> Path:
    return write_run(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def trained(config) -> Path:
    """Folder of a run of one epoch: seven batches of four of 28 images."""
    out = config.parent / "out"
    runner = engine.train(config, out=out, options=SHORT)
    assert runner.iter == 7
    return out


def test_all_configs_can_be_named():
    name = list_models("mcf_vit-base-p16*wflw*")[0]
    assert run_settings(name).work_dir == f"work_dirs/{name}"
    assert apis.train is engine.train


def test_work_dir_is_named_after_the_config(config):
    assert run_settings(config).work_dir == "work_dirs/tiny_mcf"
    assert settings(dict(work_dir="a")).work_dir == "a"
    assert settings(dict(work_dir="a"), out=Path("b")).work_dir == "b"
    with pytest.raises(ValueError, match="name out="):
        settings({})


def test_two_runs_of_a_process_have_names_of_their_own(config):
    names = {run_settings(config).experiment_name for _ in range(3)}
    assert len(names) == 3
    options = {"experiment_name": "mine"}
    assert run_settings(config, options=options).experiment_name == "mine"


def test_config_of_the_caller_stays_as_it_is(config):
    before = read_config(config)
    text = before.dump()
    run_settings(before, out="a", seed=4, amp=True, init_from="b", options=SHORT)
    assert before.dump() == text


def test_options_have_the_last_word():
    content = dict(
        work_dir="w", optim_wrapper=dict(type="OptimWrapper", dtype="float16")
    )
    changes = {"optim_wrapper.dtype": "bfloat16", "work_dir": Path("o")}
    cfg = settings(content, amp=True, out="b", options=changes)
    assert cfg.optim_wrapper == dict(type="mcf.AmpOptimWrapper", dtype="bfloat16")
    assert cfg.work_dir == "o"


def test_seed_replaces_the_seed_alone():
    content = dict(work_dir="w", randomness=dict(seed=1, deterministic=True))
    assert settings(content, seed=7).randomness == dict(seed=7, deterministic=True)


def test_scaling_the_learning_rate_needs_its_batch_size():
    with pytest.raises(ValueError, match="base_batch_size"):
        settings(dict(work_dir="w"), auto_scale_lr=True)
    content = dict(work_dir="w", auto_scale_lr=dict(base_batch_size=512))
    assert settings(content, auto_scale_lr=True).auto_scale_lr.enable is True


def test_two_sources_of_weights_are_refused():
    with pytest.raises(ValueError, match=r"--init-from.*load_from='a\.pth'"):
        settings(dict(work_dir="w", load_from="a.pth"), init_from="b.pth")


def test_resume_with_nothing_to_resume_starts_afresh(tmp_path):
    cfg = Config(dict(work_dir=str(tmp_path), load_from="weights.pth"))
    resolve_resume(cfg, True)
    assert cfg.resume is False
    assert cfg.load_from == "weights.pth"


@pytest.mark.parametrize("wish", [True, False])
def test_resume_finds_the_last_complete_checkpoint(tmp_path, wish):
    for i in (1, 2):
        torch.save({}, tmp_path / f"iter_{i}.pth")
        os.utime(tmp_path / f"iter_{i}.pth", (i, i))
    (tmp_path / "last_checkpoint").write_text(str(tmp_path / "iter_2.pth"))
    (tmp_path / "iter_2.pth").write_bytes(b"half")
    cfg = Config(dict(work_dir=str(tmp_path), resume=not wish))
    resolve_resume(cfg, wish)
    assert cfg.resume is True
    assert cfg.load_from == str(tmp_path / "iter_1.pth")


def test_named_checkpoint_is_resumed(tmp_path):
    cfg = Config(dict(work_dir=str(tmp_path)))
    resolve_resume(cfg, tmp_path / "some.pth")
    assert (cfg.resume, cfg.load_from) == (True, str(tmp_path / "some.pth"))


def test_one_path_takes_the_place_of_all_that_a_config_reads():
    for name in (*list_models("*laionface-224"), *list_models("*_faces-112")):
        store = run_settings(name, data="faces", options={})
        assert store.train_dataloader.dataset.dataset.store.root == "faces"
    cfg = run_settings(list_models("*wflw*")[0], data=Path("2024"))
    assert cfg.train_dataloader.dataset.dataset.data_root == "2024"
    assert cfg.val_dataloader.dataset.data_root == "2024"
    assert cfg.test_dataloader.dataset.data_root == "2024"


def test_config_with_several_roots_or_none_is_told_apart():
    several = read_config("mcf_vit-tiny-p14_uper_1xb8-fp32-20e_celebamask-hq-mini-112")
    with pytest.raises(
        ValueError, match=r"datasets\.1\.data_root=data/faces_train.*--cfg-options"
    ):
        set_data_path(several, "faces")
    (drawn,) = list_models("*2e_synthetic-112")
    with pytest.raises(ValueError, match="drawn"):
        run_settings(drawn, data="faces")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        # the arithmetic of the loop fits: iteration 7 may lie in an epoch of 14
        ({"train_dataloader.batch_size": 2}, "batch_size: 4 in the checkpoint, 2 now"),
        ({"train_cfg.max_epochs": 3}, "max_epochs: 1 in the checkpoint, 3 now"),
        (
            {"optim_wrapper.optimizer.lr": 1.0},
            r"optimizer\.lr: 0\.001 in.*1\.0 now",
        ),
        ({"optim_wrapper.accumulative_counts": 1}, "accumulative_counts: 2 in"),
        (
            {"param_scheduler": [dict(type="ConstantLR", end=3)]},
            "param_scheduler: None",
        ),
        ({"randomness.seed": 9}, "seed: 0 in the checkpoint, 9 now"),
    ],
)
def test_run_is_resumed_with_the_settings_it_began_with(
    config, trained, changes, message
):
    with pytest.raises(ValueError, match=message) as error:
        engine.train(config, out=trained, resume=True, options=SHORT | changes)
    assert "load_from=CHECKPOINT" in str(error.value)


def test_other_number_of_faces_is_not_the_same_run(config, trained, tmp_path):
    for path in (config.parent / "images").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "one_more.png").write_bytes(path.read_bytes())
    with pytest.raises(ValueError, match="faces: 28 in the checkpoint, 29 now"):
        engine.train(config, data=tmp_path, out=trained, resume=True, options=SHORT)


def test_same_settings_and_the_advice_of_the_error_are_accepted(
    config, trained, tmp_path
):
    runner = engine.train(config, out=trained, resume=True, options=SHORT)
    assert runner.iter == 7  # all done
    checkpoint = {"load_from": trained / "iter_7.pth", "train_cfg.max_epochs": 2}
    runner = engine.train(config, out=tmp_path, options=SHORT | checkpoint)
    assert runner.iter == 14


def test_fewer_faces_than_a_batch_are_named(config, tmp_path):
    changes = {"train_dataloader.batch_size": 29}
    with pytest.raises(ValueError, match="28 faces, too few for one batch of 29"):
        engine.train(config, out=tmp_path, options=SHORT | changes)
