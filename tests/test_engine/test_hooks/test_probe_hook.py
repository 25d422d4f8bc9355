import json
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

import mcf.engine  # noqa: F401  registers the hooks
from mcf.engine import ProbeHook
from mcf.registry import PROBES
from tests.fresh_python import run_fresh
from tests.test_engine.tiny_run import write_run

pytestmark = pytest.mark.usefixtures("quick_runs")


@PROBES.register_module()
class NormProbe:
    """Length of all weights, and whether the backbone could learn."""

    def __call__(self, backbone, *, device="cpu"):
        weights = [p.detach().flatten() for p in backbone.model.parameters()]
        return dict(
            norm=torch.cat(weights).norm().item(),
            training=float(backbone.model.training),
        )


@pytest.fixture
def config(tmp_path) -> Config:
    """Two epochs of 7 batches of 4; weights of the last iteration are kept."""
    config = Config.fromfile(write_run(tmp_path))
    config.work_dir = str(tmp_path / "run")
    config.train_cfg.max_epochs = 2
    config.train_dataloader.update(num_workers=0, persistent_workers=False)
    config.default_hooks.checkpoint.interval = 2
    probes = [dict(type="mcf.NormProbe")]
    config.custom_hooks = [
        dict(type="mcf.SeedIterationHook"),
        dict(type="mcf.ProbeHook", probes=probes, interval=1),
    ]
    return config


def run(config: Config) -> dict[str, torch.Tensor]:
    """Train; the final weights."""
    runner = Runner.from_cfg(config)
    runner.train()
    return runner.model.state_dict()


def history(config: Config) -> list[dict]:
    return json.loads((Path(config.work_dir) / "probes.json").read_text())


def test_untrained_every_and_last_epoch_are_probed(config):
    weights = run(config)
    records = history(config)
    assert [(r["epoch"], r["iter"], r["images"]) for r in records] == [
        (0, 0, 0),
        (1, 7, 28),
        (2, 14, 56),
    ]
    backbone = [v.flatten() for k, v in weights.items() if k.startswith("backbone.")]
    last = torch.cat(backbone).norm().item()
    assert records[-1]["scores"] == dict(norm=pytest.approx(last), training=0.0)
    assert len({record["scores"]["norm"] for record in records}) == 3


def test_training_is_not_affected(config, tmp_path):
    with_probes = run(config)
    config.work_dir, config.custom_hooks = str(tmp_path / "b"), config.custom_hooks[:1]
    for name, tensor in run(config).items():
        assert torch.equal(tensor, with_probes[name]), name


def test_resumed_run_makes_up_for_a_probe_that_was_cut_off(config):
    run(config)
    complete = history(config)
    work_dir = Path(config.work_dir)
    (work_dir / "probes.json").write_text(json.dumps(complete[:-1]))
    config.resume, config.load_from = True, str(work_dir / "iter_14.pth")
    run(config)
    assert history(config) == complete


def test_history_beyond_the_checkpoint_is_dropped(config):
    run(config)
    complete = history(config)
    work_dir = Path(config.work_dir)
    wrong = [dict(record, scores=dict(norm=-1.0)) for record in complete[2:]]
    (work_dir / "probes.json").write_text(json.dumps([*complete[:2], *wrong]))
    config.resume, config.load_from = True, str(work_dir / "iter_12.pth")
    run(config)
    assert history(config) == complete


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (dict(probes=[]), "no probe"),
        (dict(probes=[dict(type="mcf.NormProbe")], interval=0), "interval=0"),
        (dict(probes=[dict(type="mcf.NormProbe")], encoder="teacher"), "'teacher'"),
    ],
)
def test_impossible_settings_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        ProbeHook(**settings)


def test_engine_is_imported_without_the_apis_that_import_it():
    run_fresh("""
import mcf.engine
found = [name for name in sys.modules if name.startswith(("mcf.apis", "mcf.probing"))]
assert not found, found
""")
