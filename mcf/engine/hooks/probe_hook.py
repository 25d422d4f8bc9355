"""Probes of the frozen backbone, while it trains."""

import json
from collections.abc import Sequence
from pathlib import Path

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.engine.histories import read_probes
from mcf.engine.hooks.export_backbone_hook import PREFIXES, backbone_weights
from mcf.engine.running_model import unwrapped
from mcf.registry import HOOKS
from mcf.utils.atomic_file import write_atomically

HISTORY = "probes.json"


@HOOKS.register_module()
class ProbeHook(Hook):
    """Scores of frozen features before the first epoch, every few, and after the last.

    The probes see a copy of the backbone, so training is not affected. Scores go to the
    log and the visualisation backends as ``probe/NAME``, and to ``probes.json`` in the
    work dir: a list of ``epoch``, ``iter``, ``images`` (seen by all processes) and
    ``scores``. A resumed run goes on with that list up to its iteration, and makes up
    for a probe that was cut off.

    Args:
        probes: Their configs (:mod:`mcf.probing`).
        interval: Epochs between two probes.
        encoder: ``online`` for the trained encoder, ``momentum`` for its average.

    Raises:
        ValueError: If the encoder is unknown, the interval below 1 or there is no
            probe.
    """

    # after CheckpointHook: what a kill cuts off is made up for on resuming
    priority = "LOWEST"

    def __init__(
        self, probes: Sequence[dict], *, interval: int = 1, encoder: str = "online"
    ) -> None:
        # here and below, for mcf.probing needs mcf.apis, and that this package
        from mcf.probing import build_probes

        if encoder not in PREFIXES:
            raise ValueError(f"encoder={encoder!r} is not one of {list(PREFIXES)}")
        if interval < 1:
            raise ValueError(f"interval={interval} must be at least 1 epoch")
        self.probes = build_probes(probes)
        self.interval = interval
        self.encoder = encoder
        self.records: list[dict] = []

    def before_train(self, runner: Runner) -> None:
        """Read the history; probe where that is due and missing.

        Raises:
            ValueError: If the history of a resumed run is damaged.
        """
        path = Path(runner.work_dir) / HISTORY
        if runner.iter and path.is_file():
            records = read_probes(path)
            self.records = [r for r in records if r["iter"] <= runner.iter]
        at_end = runner.iter == runner.epoch * len(runner.train_dataloader)
        if at_end and all(r["iter"] != runner.iter for r in self.records):
            self._probe_if_due(runner, runner.epoch)

    def after_train_epoch(self, runner: Runner) -> None:
        """Probe at the interval."""
        self._probe_if_due(runner, runner.epoch + 1)

    def _probe_if_due(self, runner: Runner, epoch: int) -> None:
        if epoch % self.interval and epoch != runner.max_epochs:
            return
        model = unwrapped(runner.model)
        weights = backbone_weights(model, self.encoder)  # all processes take part
        if not is_main_process():
            return
        from mcf.models.backbone_loaders import backbone_of_config
        from mcf.probing import run_probes

        backbone = backbone_of_config(runner.cfg, weights, source="the running model")
        device = model.data_preprocessor.device
        scores = run_probes(self.probes, backbone, device=device)
        batch = runner.train_dataloader.batch_size * runner.world_size
        self.records.append(
            dict(
                epoch=epoch,
                iter=runner.iter,
                images=runner.iter * batch,
                scores=scores,
            )
        )
        text = json.dumps(self.records, indent=1)
        write_atomically(text.encode(), Path(runner.work_dir) / HISTORY)
        logged = {f"probe/{name}": value for name, value in scores.items()}
        runner.visualizer.add_scalars(logged, step=runner.iter)
        listed = ", ".join(f"{name} {value:.2f}" for name, value in scores.items())
        runner.logger.info(f"Probes after epoch {epoch}: {listed}")
