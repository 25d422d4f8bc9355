"""All work of the benchmark, each piece once."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from mmengine.config import Config
from mmengine.logging import MMLogger

from mcf.models.backbone_loaders import load_backbone_model
from mcf.models.frozen_backbone import FrozenBackbone
from mcf.probing import build_probes, run_probes
from mcf.utils.checksums import settings_checksum
from projects.mini_benchmark.arms import Arm
from projects.mini_benchmark.fine_tuning import fine_tune
from projects.mini_benchmark.paths import arms_in, relocated
from projects.mini_benchmark.pretraining import pretrain
from projects.mini_benchmark.protocol import FineTuning, Protocol
from projects.mini_benchmark.results import (
    Result,
    read_result,
    result_file,
    write_result,
)
from projects.mini_benchmark.resumable import claim
from projects.mini_benchmark.teacher_maps import teacher_backbone


class MiniBenchmark:
    """Arms and what is done with them, in one folder.

    Results are in ``results/``, one JSON file each; runs are in ``runs/seedN/ARM``.
    What has its result is not done again, and what was killed goes on from its newest
    checkpoint, if the settings are still those that it began with.

    Args:
        protocol: How all arms are treated.
        folder: The folder.
        data: Folder that takes the place of ``data/`` in all configs.
    """

    def __init__(self, protocol: Protocol, folder: Path, data: Path) -> None:
        self.protocol = protocol
        self.folder = folder
        self.data = data

    def run(
        self, arms: Sequence[Arm], seeds: Sequence[int], *, until: int | None = None
    ) -> None:
        """Do everything, seed after seed.

        Args:
            arms: In the order in which they are worked on; one that needs another
                arm's weights comes after that.
            seeds: Seeds.
            until: Pre-train up to this epoch and do nothing else.

        Raises:
            ValueError: If there are results or unfinished runs of other settings, or an
                arm needs the weights of one that is not trained to its end.
        """
        for seed in seeds:
            for arm in arms:
                self.pretrain(arm, seed, until=until)
            if until is not None:
                continue
            for arm in arms:
                self.probe(arm, seed)
            for task in self.protocol.fine_tuning:
                for share in task.shares:
                    for arm in arms:
                        self.fine_tune(arm, seed, task, share)

    def pretrain(self, arm: Arm, seed: int, *, until: int | None = None) -> None:
        """Train an arm, to its end or to an epoch; the result tells how far it is."""
        if arm.teacher is not None:
            return
        settings = arm.config.to_dict()
        epochs = settings["train_cfg"]["max_epochs"]
        until = epochs if until is None else min(until, epochs)
        about = self._pretraining(arm, seed)
        path = result_file(self.folder, arm.trained_as, seed, "pretrain")

        def work() -> dict:
            probed = [self.protocol.curve, self.protocol.interval]
            run = self._run(arm, seed)
            claim(run, settings_checksum([about, probed]), known=path.is_file())
            scores, curve = pretrain(
                self._local(settings, seed),
                run,
                store=self._local(self.protocol.store, seed),
                probes=self._local(self.protocol.curve, seed),
                interval=self.protocol.interval,
                seed=seed,
                until=until,
            )
            return dict(scores=scores, curve=curve)

        self._once(arm.trained_as, seed, "pretrain", about, work, epochs=until)

    def probe(self, arm: Arm, seed: int) -> None:
        """Score an arm's frozen features."""

        def work() -> dict:
            probes = build_probes(self._local(self.protocol.frozen, seed))
            return dict(scores=run_probes(probes, self._backbone(arm, seed)))

        about = [*self._pretraining(arm, seed), arm.encoder, self.protocol.frozen]
        self._once(arm.name, seed, "frozen", about, work)

    def fine_tune(self, arm: Arm, seed: int, task: FineTuning, share: float) -> None:
        """Fine-tune an arm for a task; a teacher that is only looked at is left out."""
        if arm.teacher is not None:
            return
        settings = Config.fromfile(task.config).to_dict()
        evaluation = task.evaluation(share)
        work_dir = self.folder / "runs" / f"seed{seed}" / f"{arm.name}_{evaluation}"
        about = [*self._pretraining(arm, seed), arm.encoder, settings, share]

        def work() -> dict:
            claim(work_dir, settings_checksum(about))
            scores = fine_tune(
                self._local(settings, seed),
                work_dir,
                self._weights(arm, seed),
                share=share,
                seed=seed,
            )
            return dict(scores=scores)

        self._once(arm.name, seed, evaluation, about, work)
        shutil.rmtree(work_dir, ignore_errors=True)

    def _once(
        self,
        arm: str,
        seed: int,
        evaluation: str,
        about: object,
        work: Callable[[], dict],
        *,
        epochs: int = 0,
    ) -> None:
        """Do a piece of work whose result is missing, or of fewer epochs; write it."""
        settings = settings_checksum(about)
        path = result_file(self.folder, arm, seed, evaluation)
        if path.is_file():
            found = read_result(path)
            if found.settings != settings:
                raise ValueError(
                    f"{path} was made with other settings (of the arm or the "
                    "protocol); use another folder, or delete the file and its run"
                )
            if found.scores.get("epochs", 0) >= epochs:
                return
        result = Result(arm, seed, evaluation, settings=settings, **work())
        write_result(result, path)
        MMLogger.get_current_instance().info(f"{path.name}: {result.scores}")

    def _pretraining(self, arm: Arm, seed: int) -> list[object]:
        """What an arm's weights depend on, as plain values."""
        if arm.teacher is not None:
            return [arm.decisive()]
        return [arm.decisive(), self.protocol.store, *self._needed(arm, seed)]

    def _needed(self, arm: Arm, seed: int) -> list[str]:
        """Checksums of the finished pre-trainings that an arm's settings point to."""
        found = []
        for name in arms_in(arm.decisive()):
            path = result_file(self.folder, name, seed, "pretrain")
            if not path.is_file() or not (run := read_result(path)).whole:
                raise ValueError(
                    f"arm {arm.name} needs the weights of {name}, which {path} does "
                    f"not show to be trained to its end: run {name} first, without "
                    "--until"
                )
            found.append(run.settings)
        return found

    def _backbone(self, arm: Arm, seed: int) -> FrozenBackbone:
        if arm.teacher is None:
            return load_backbone_model(self._weights(arm, seed))
        return teacher_backbone(self._local(arm.teacher, seed))

    def _weights(self, arm: Arm, seed: int) -> Path:
        return self._run(arm, seed) / f"backbone_{arm.encoder}.pth"

    def _run(self, arm: Arm, seed: int) -> Path:
        return self.folder / "runs" / f"seed{seed}" / arm.trained_as

    def _local(self, value: object, seed: int) -> object:
        backbones = self.folder / "runs" / f"seed{seed}"
        return relocated(value, data=self.data, backbones=backbones)
