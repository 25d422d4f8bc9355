"""Pre-training of one arm with one seed."""

from pathlib import Path

from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.engine.histories import read_probes
from mcf.engine.hooks.probe_hook import HISTORY
from mcf.engine.train import train
from mcf.registry import HOOKS
from projects.mini_benchmark.resumable import refuse_other_weights


@HOOKS.register_module()
class StopAfterEpochHook(Hook):
    """Ends a run early, with the schedules of the whole run: it can be resumed.

    Args:
        epochs: Epochs after which to end.
    """

    priority = "LOWEST"

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs

    def before_train(self, runner: Runner) -> None:
        """Do not even begin if that epoch is past."""
        runner.train_loop.stop_training = runner.epoch >= self.epochs

    def after_train_epoch(self, runner: Runner) -> None:
        """End if it is time."""
        if runner.epoch + 1 >= self.epochs:
            runner.train_loop.stop_training = True


def pretrain(
    settings: dict,
    work_dir: Path,
    *,
    store: dict,
    probes: list[dict],
    interval: int,
    seed: int,
    until: int,
) -> tuple[dict[str, float], list[dict]]:
    """Train an arm up to an epoch, from where it stands.

    Args:
        settings: Config of the arm as plain values, paths resolved.
        work_dir: Folder of the run.
        store: Config of the store of faces.
        probes: Probes of its features while it trains.
        interval: Epochs between them.
        seed: Of everything random.
        until: Epochs after which to stop.

    Returns:
        Epochs done, those of the whole run and the cost so far; and the records of
        the probes.
    """
    config = Config(settings)
    refuse_other_weights(config)
    config.train_dataloader.dataset.dataset.store = store
    config.custom_hooks = [
        *config.custom_hooks,
        dict(type="mcf.CostHook"),
        dict(type="mcf.ProbeHook", probes=probes, interval=interval),
        *_exports(config.model.type),
        dict(type="mcf.StopAfterEpochHook", epochs=until),
    ]
    runner = train(config, out=work_dir, resume=True, seed=seed)
    scores = dict(
        runner.message_hub.get_info("cost", {}),
        epochs=runner.epoch,
        max_epochs=runner.max_epochs,
    )
    return scores, read_probes(work_dir / HISTORY)


def _exports(algorithm: str) -> list[dict]:
    """One hook for each encoder that the algorithm trains."""
    encoders = ["online", "momentum"] if algorithm == "mcf.MCF" else ["online"]
    return [dict(type="mcf.ExportBackboneHook", encoder=name) for name in encoders]
