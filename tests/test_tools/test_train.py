import os
import socket
import subprocess
import sys

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmpretrain.models import VisionTransformer

from mcf.checkpoint.safe_load import load_file
from mcf.engine.hooks.seed_iteration_hook import seed_iteration
from mcf.engine.optim import AmpOptimWrapper, NonFiniteLossError
from mcf.engine.train import resolve_resume
from mcf.registry import MODELS
from mcf.utils.command import run_command
from mcf.utils.lock import HOLDER, held
from tests.test_engine.tiny_run import ARCH, ROOT, write_run
from tests.test_engine.toy import assert_same
from tests.tools import load_tool

train_tool = load_tool("train")


@pytest.fixture
def config(tmp_path):
    return write_run(tmp_path)


def run(monkeypatch, config, work_dir, *options: str) -> Runner:
    """Call the tool in this process and return the runner it made."""
    runners = []
    from_cfg = Runner.from_cfg

    def build(cfg):
        runners.append(from_cfg(cfg))
        return runners[-1]

    argv = ["train.py", str(config), f"--work-dir={work_dir}", *options]
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "from_cfg", build)
        patch.setattr(sys, "argv", argv)
        train_tool.main()
    return runners[-1]


SHORT = (
    "train_cfg.max_epochs=1",
    "train_dataloader.num_workers=0",
    "train_dataloader.persistent_workers=False",
    "param_scheduler=None",
)


def test_half_written_checkpoint_is_not_resumed(tmp_path, config, monkeypatch):
    work_dir = tmp_path / "work"
    often = "default_hooks.checkpoint.interval=4"
    run(monkeypatch, config, work_dir, "--cfg-options", *SHORT, often)
    path = work_dir / "iter_7.pth"
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match=r"iter_7\.pth"):
        run(monkeypatch, config, work_dir, f"--resume={path}", "--cfg-options", *SHORT)
    cfg = Config(dict(work_dir=str(work_dir)))
    resolve_resume(cfg, True)
    assert cfg.load_from == str(work_dir / "iter_4.pth")


def test_run_starts_from_a_given_backbone_in_mixed_precision(
    tmp_path, config, monkeypatch
):
    torch.manual_seed(7)
    vit = VisionTransformer(arch=ARCH, img_size=48, patch_size=8)  # other positions
    torch.save(dict(state_dict=vit.state_dict()), tmp_path / "vit.pth")
    runner = run(
        monkeypatch,
        config,
        tmp_path / "work",
        "--amp",
        f"--init-from={tmp_path / 'vit.pth'}",
        "--cfg-options",
        *SHORT,
        "optim_wrapper.optimizer.lr=0.0",
    )
    assert isinstance(runner.optim_wrapper, AmpOptimWrapper)
    name = "layers.0.attn.qkv.weight"
    for backbone in (
        runner.model.backbone,
        runner.model.momentum_encoder.module["backbone"],
    ):
        torch.testing.assert_close(backbone.state_dict()[name], vit.state_dict()[name])


def test_backbone_that_does_not_fit_is_an_error(tmp_path, config, monkeypatch):
    vit = VisionTransformer(arch=ARCH | dict(num_layers=3), img_size=32, patch_size=8)
    torch.save(vit.state_dict(), tmp_path / "vit.pth")
    option = f"--init-from={tmp_path / 'vit.pth'}"
    with pytest.raises(ValueError, match=r"vit\.pth.*layers\.2"):
        run(monkeypatch, config, tmp_path / "w", option, "--cfg-options", *SHORT)


def test_non_finite_loss_of_the_real_model_is_reproduced(tmp_path, config, monkeypatch):
    work_dir = tmp_path / "work"
    with pytest.raises(NonFiniteLossError):
        run(
            monkeypatch,
            config,
            work_dir,
            "--cfg-options",
            *SHORT,
            "optim_wrapper.optimizer.lr=1e30",
        )
    (path,) = work_dir.glob("non_finite_iter_*.pth")
    record = load_file(path)
    cfg = Config.fromfile(config)
    model = MODELS.build(cfg.model)
    model.load_state_dict(record["state_dict"])
    seed_iteration(record["seed"], rank=record["rank"], iteration=record["iter"])
    data = model.data_preprocessor(record["batch"], True)
    model.momentum_encoder.end_momentum = None  # its schedule needs a runner
    losses = model(**data, mode="loss")
    for name in ("loss_feature", "loss_contrastive"):
        torch.testing.assert_close(
            losses[name], record["losses"][name], equal_nan=True, rtol=0, atol=0
        )
    assert not torch.isfinite(record["loss"])


SHARDED = ("runner_type=FlexibleRunner", "strategy.type=mcf.FullyShardStrategy")


@pytest.mark.parametrize(
    "kind", [(), pytest.param(SHARDED, marks=pytest.mark.slow)], ids=["ddp", "fsdp"]
)
def test_two_processes_train_the_same_model(tmp_path, config, kind):
    """tools/dist_train.sh, on the CPU."""
    work_dir = tmp_path / "work"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = os.environ | dict(
        PYTHON=sys.executable, PORT=port, OMP_NUM_THREADS="1"
    )
    environment.pop("LOCAL_RANK")
    done = subprocess.run(
        [
            str(ROOT / "tools/dist_train.sh"),
            str(config),
            "2",
            f"--work-dir={work_dir}",
            "--cfg-options",
            *SHORT,
            *kind,
            "default_hooks.checkpoint.interval=2",
        ],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    checkpoint = load_file(work_dir / "iter_3.pth")  # 28 images, 2 ranks, batches of 4
    exported = load_file(work_dir / "backbone_online.pth")
    name = "backbone.cls_token"
    assert_same(checkpoint["state_dict"][name], exported["state_dict"][name])


def test_second_training_in_a_folder_is_refused(tmp_path, config, monkeypatch):
    work_dir = tmp_path / "work"
    with held(work_dir), pytest.raises(ValueError, match=f"by process {os.getpid()} "):
        run(monkeypatch, config, work_dir, "--cfg-options", *SHORT)
    assert list(work_dir.iterdir()) == []
    run(monkeypatch, config, work_dir, "--cfg-options", *SHORT)
    assert not (work_dir / HOLDER).exists()


def test_interrupted_run_says_how_to_go_on(tmp_path, config, monkeypatch, capsys):
    work_dir = tmp_path / "work"

    def interrupt(hook, runner, *args, **kwargs):
        if runner.iter == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(
        "mcf.engine.hooks.seed_iteration_hook.SeedIterationHook.before_train_iter",
        interrupt,
    )
    often = "default_hooks.checkpoint.interval=4"
    options = ("--cfg-options", *SHORT, often)
    assert run_command(run, monkeypatch, config, work_dir, *options) == 130
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("stopped at iteration 5 of 7; continue from iter_4.pth")
    assert not (work_dir / HOLDER).exists()
