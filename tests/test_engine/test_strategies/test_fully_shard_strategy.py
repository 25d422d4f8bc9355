"""Two processes that share a model equal two that each hold all of it."""

import os
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.registry import RUNNERS, DefaultScope
from mmengine.runner import Runner
from torch.distributed.tensor import DTensor

from mcf.checkpoint.safe_load import load_file, use_safe_loading
from mcf.engine import FullyShardStrategy
from mcf.engine.plain import to_plain
from mcf.engine.strategies.fully_shard_strategy import UNITS
from tests.distributed import run_on_two_ranks
from tests.test_engine.tiny_run import write_run
from tests.test_engine.toy import assert_same
from tests.tiny import tiny_mcf

# a large eps, so that weights whose gradient is rounding noise stay where they are
ADAMW = dict(type="AdamW", lr=0.003, eps=1e-3, weight_decay=0.05)
# AdamW divides by the size of a gradient, which makes a step of its rounding where it
# is near zero; SGD leaves rounding as small as it is, on any processor
SGD = dict(type="SGD", lr=0.1, momentum=0.9)
ITERATIONS = 6
RUNS = count()
NETWORKS = {  # that see painted images: config, channels of its 4 x 4 cells
    "swin": (
        dict(
            type="SwinTransformer",
            arch=dict(embed_dims=12, depths=[2, 2], num_heads=[1, 2]),
            img_size=32,
            window_size=2,
            drop_path_rate=0.0,
            out_indices=(1,),
        ),
        24,
    ),
    "resnet": (
        dict(
            type="ResNet",
            depth=18,
            stem_channels=8,
            base_channels=8,
            num_stages=2,
            strides=(1, 2),
            dilations=(1, 1),
            out_indices=(1,),
        ),
        16,
    ),
}
KINDS = ("replicated", "sharded", "frugal", "half", "killed")


class Killed(Exception):
    pass


class KillHook(Hook):
    def after_train_iter(self, runner, batch_idx, data_batch=None, outputs=None):
        if runner.iter == 4:
            raise Killed


class ShardsHook(Hook):
    """Checks, in the run, that weights and optimiser state are really cut."""

    def after_train(self, runner):
        for name, parameter in runner.model.named_parameters():
            assert isinstance(parameter, DTensor), name
            rows = parameter.to_local().shape[0]
            assert rows <= (parameter.shape[0] + 1) // 2, name
        states = runner.optim_wrapper.optimizer.state.values()
        assert states and all(
            isinstance(value, DTensor)
            for state in states
            for value in state.values()
            if value is not None and value.ndim
        )
        assert not list(runner.model.target_generator.parameters())


def settings(config: Path, work_dir: Path, *, sharded: bool) -> Config:
    cfg = Config.fromfile(config)
    cfg.merge_from_dict(
        {
            "work_dir": str(work_dir),
            "launcher": "pytorch",
            "train_cfg.max_epochs": 2,
            "train_dataloader.num_workers": 0,
            "train_dataloader.persistent_workers": False,
            "default_hooks.checkpoint.interval": 2,
            # drawn for a chunk at a time, so other images would be dropped
            "model.backbone.drop_path_rate": 0.0,
        }
    )
    cfg.optim_wrapper.optimizer = ADAMW
    if sharded:
        cfg.runner_type = "FlexibleRunner"
        cfg.strategy = dict(type="mcf.FullyShardStrategy")
    else:
        cfg.model_wrapper_cfg = dict(
            type="MMDistributedDataParallel", device_ids=None, broadcast_buffers=False
        )
    return cfg


def around(cfg: Config, network: str) -> Config:
    """The same with a backbone of :data:`NETWORKS`."""
    inner, width = NETWORKS[network]
    cfg.model.backbone = dict(type="mcf.MaskedBackbone", network=inner, img_size=32)
    cfg.model.neck.encoder_dims = cfg.model.projector.in_channels = width
    cfg.optim_wrapper.optimizer = SGD
    return cfg


def run(cfg: Config, *hooks: Hook) -> None:
    DefaultScope._instance_dict.clear()
    # runs that begin in the same second would else share one history
    cfg.experiment_name = f"run_{next(RUNS)}"
    runner = RUNNERS.build(cfg) if "runner_type" in cfg else Runner.from_cfg(cfg)
    for hook in hooks:
        runner.register_hook(hook)
    runner.train()


def all_runs(rank: int, config: Path, folder: Path) -> None:
    os.environ["LOCAL_RANK"] = str(rank)
    use_safe_loading()
    run(settings(config, folder / "replicated", sharded=False))
    run(settings(config, folder / "sharded", sharded=True), ShardsHook())
    cfg = settings(config, folder / "frugal", sharded=True)
    cfg.model.chunk_size = 3
    cfg.model.backbone.with_cp = True
    run(cfg)
    cfg = settings(config, folder / "half", sharded=True)
    cfg.optim_wrapper.update(type="mcf.AmpOptimWrapper", dtype="bfloat16")
    run(cfg)
    cfg = settings(config, folder / "killed", sharded=True)
    with suppress(Killed):
        run(cfg.copy(), KillHook())
    cfg.resume, cfg.load_from = True, str(folder / "killed" / "iter_4.pth")
    run(cfg)
    for name in NETWORKS:
        for sharded in (False, True):
            work_dir = folder / (f"{name}_sharded" if sharded else name)
            cfg = around(settings(config, work_dir, sharded=sharded), name)
            run(cfg, *(ShardsHook(),) * sharded)
    refuse_what_needs_whole_layers(settings(config, folder / "refused", sharded=True))


def refuse_what_needs_whole_layers(cfg: Config) -> None:
    hook = dict(type="mcf.InitBackboneHook", checkpoint="backbone.pth")
    cfg.custom_hooks = [*cfg.custom_hooks, hook]
    with pytest.raises(ValueError, match="--init-from does not work"):
        run(cfg)
    cfg.model.masking = dict(type="mcf.AttentionMasking")
    with pytest.raises(ValueError, match="AttentionMasking reads"):
        run(cfg)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    run_on_two_ranks(all_runs, write_run(folder), folder)
    return {
        name: load_file(folder / name / f"iter_{ITERATIONS}.pth")
        | dict(exported=load_file(folder / name / "backbone_online.pth"))
        for name in (*KINDS, *NETWORKS, *(f"{name}_sharded" for name in NETWORKS))
    } | dict(folder=folder)


def history(checkpoint: dict, name: str) -> list[float]:
    return checkpoint["message_hub"]["log_scalars"][f"train/{name}"].data[0].tolist()


@pytest.mark.parametrize(
    ("replicated", "sharded", "weight"),
    [
        ("replicated", "sharded", "layers.0.attn.qkv.weight"),
        ("replicated", "frugal", "layers.0.attn.qkv.weight"),
        ("swin", "swin_sharded", "network.stages.0.blocks.0.attn.w_msa.qkv.weight"),
        ("resnet", "resnet_sharded", "network.conv1.weight"),
    ],
)
def test_sharded_run_equals_the_replicated_run(runs, replicated, sharded, weight):
    for name in ("loss_feature", "loss_contrastive", "momentum", "lr"):
        values = history(runs[replicated], name)
        assert len(values) == ITERATIONS and len(set(values)) > 2
        assert history(runs[sharded], name) == pytest.approx(values, rel=1e-4), name
    whole, cut = (runs[kind]["state_dict"] for kind in (replicated, sharded))
    assert whole.keys() == cut.keys()
    for name, value in whole.items():  # those of the momentum encoder among them
        assert torch.allclose(cut[name], value, rtol=1e-3, atol=1e-4), name
    weight = f"backbone.{weight}"
    distance = whole[f"momentum_encoder.module.{weight}"] - whole[weight]
    assert distance.abs().max() > 1e-3  # it follows; a copy would have been noticed


def test_mixed_precision_leaves_shards_in_full_precision(runs):
    values = history(runs["replicated"], "loss_feature")
    half = history(runs["half"], "loss_feature")
    assert half == pytest.approx(values, rel=0.05) and half != values
    for name, value in runs["sharded"]["state_dict"].items():
        assert runs["half"]["state_dict"][name].dtype == value.dtype


def test_killed_sharded_run_resumes_exactly(runs):
    for part in ("state_dict", "optimizer", "param_schedulers", "exported"):
        whole, killed = (to_plain(runs[k][part]) for k in ("sharded", "killed"))
        assert_same(whole, killed, part)
    assert history(runs["sharded"], "loss") == history(runs["killed"], "loss")


def test_all_processes_help_to_draw_one_picture(runs):
    for name in ("replicated", "sharded"):
        pictures = sorted((runs["folder"] / name).rglob("reconstruction_*.png"))
        assert [p.name for p in pictures] == [
            "reconstruction_0.png",
            f"reconstruction_{ITERATIONS}.png",
        ]


def test_exported_backbone_is_whole(runs):
    exported = runs["sharded"]["exported"]["state_dict"]
    weights = runs["sharded"]["state_dict"]
    for name in ("backbone.cls_token", "backbone.layers.1.ffn.layers.1.bias"):
        assert_same(exported[name], weights[name])


def test_units_hold_every_parameter():
    model = tiny_mcf()
    outside = [
        name
        for name, _ in model.named_parameters()
        if not name.startswith(tuple(f"{unit}." for unit in UNITS))
    ]
    assert not outside


def test_one_process_is_refused(tmp_path):
    with pytest.raises(ValueError, match="dist_train"):
        FullyShardStrategy(work_dir=str(tmp_path), env_kwargs=dict(launcher="none"))
