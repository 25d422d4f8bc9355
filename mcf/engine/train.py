"""The one way to train: from a config to the end of a run."""

import copy
from pathlib import Path
from uuid import uuid4

from mmengine.config import Config
from mmengine.dist import is_main_process
from mmengine.logging import MMLogger
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from mcf.checkpoint.safe_load import use_safe_loading
from mcf.engine.data_path import set_data_path
from mcf.engine.latest_checkpoint import latest_checkpoint
from mcf.engine.launch import leave_process_group, prepare_cpu_launch
from mcf.engine.work_folder import how_to_go_on, work_folder
from mcf.utils.allocator import keep_freed_memory
from mcf.utils.command import INTERRUPTED
from mcf.utils.configs import read_config
from mcf.utils.environment import warn_untested
from mcf.utils.host_noise import hush
from mcf.utils.options import Options, merge_options


def train(
    config: str | Path | Config,
    *,
    data: str | Path | None = None,
    out: str | Path | None = None,
    init_from: str | Path | None = None,
    resume: bool | str | Path = False,
    options: Options | None = None,
    seed: int | None = None,
    amp: bool = False,
    auto_scale_lr: bool = False,
    launcher: str = "none",
) -> Runner:
    """Train a model of any host library from a config.

    Args:
        config: Name of a config that comes with MCF, a file, or a config, which is
            not changed.
        data: Path in place of the one that all data sets of the config read.
        out: Folder for logs and weights; without, ``work_dir`` of the config, else
            ``work_dirs/NAME``.
        init_from: Weights of any known format that the backbone starts from.
        resume: Go on from the newest complete checkpoint of the folder, or afresh if
            there is none; or the checkpoint to continue from.
        options: Settings that override all others, by dotted name.
        seed: Of everything random.
        amp: Train in mixed precision.
        auto_scale_lr: Scale the learning rate from ``auto_scale_lr.base_batch_size``.
        launcher: What started the processes of the run: ``none``, ``pytorch``,
            ``slurm`` or ``mpi``.

    Returns:
        The runner, at the end of the run.

    Raises:
        FileNotFoundError: If a file is missing.
        ValueError: If settings do not fit each other or the checkpoint, or another run
            works in the folder.
        KeyboardInterrupt: After Ctrl-C, saying how far the run is and how it goes on.
    """
    use_safe_loading()
    keep_freed_memory()
    warn_untested()
    settings = run_settings(
        config,
        data=data,
        out=out,
        init_from=init_from,
        options=options,
        seed=seed,
        amp=amp,
        auto_scale_lr=auto_scale_lr,
        launcher=launcher,
    )
    with work_folder(settings):
        resolve_resume(settings, resume)
        prepare_cpu_launch(settings)
        flexible = "runner_type" in settings
        runner = RUNNERS.build(settings) if flexible else Runner.from_cfg(settings)
        hush(runner.logger)
        _run(runner)
    if launcher != "none":
        leave_process_group()
    return runner


def run_settings(
    config: str | Path | Config,
    *,
    data: str | Path | None = None,
    out: str | Path | None = None,
    init_from: str | Path | None = None,
    options: Options | None = None,
    seed: int | None = None,
    amp: bool = False,
    auto_scale_lr: bool = False,
    launcher: str = "none",
) -> Config:
    """Copy of a config with every argument of :func:`train` applied."""
    settings = copy.deepcopy(read_config(config))
    settings.launcher = launcher
    if out is not None:
        settings.work_dir = str(out)
    elif settings.get("work_dir") is None:
        if settings.filename is None:
            raise ValueError("the config is no file and has no work_dir: name out=")
        settings.work_dir = str(Path("work_dirs") / Path(settings.filename).stem)
    if data is not None:
        set_data_path(settings, data)
    if seed is not None:
        settings.randomness = {**(settings.get("randomness") or {}), "seed": seed}
    if amp:
        settings.optim_wrapper.type = "mcf.AmpOptimWrapper"
    if auto_scale_lr:
        if "base_batch_size" not in settings.get("auto_scale_lr", {}):
            raise ValueError(
                "auto_scale_lr (--auto-scale-lr) needs "
                "auto_scale_lr=dict(base_batch_size=...) in the config"
            )
        settings.auto_scale_lr.enable = True
    hooks = [dict(type="mcf.SameCourseHook")]
    if init_from is not None:
        if settings.get("load_from"):
            raise ValueError(
                "both init_from (--init-from) and "
                f"load_from={settings.load_from!r} given"
            )
        hooks.append(dict(type="mcf.InitBackboneHook", checkpoint=str(init_from)))
    settings.custom_hooks = [*(settings.get("custom_hooks") or []), *hooks]
    if options is not None:
        merge_options(settings, options)
    if settings.get("experiment_name") is None:
        # MMEngine names runs by the second, and mixes the logs of those with one name.
        settings.experiment_name = f"{Path(settings.work_dir).name}_{uuid4().hex}"
    return settings


def resolve_resume(settings: Config, resume: bool | str | Path) -> None:
    """Name the checkpoint to resume from; without any, start afresh."""
    if not isinstance(resume, bool):
        settings.resume, settings.load_from = True, str(resume)
        return
    if not resume and (not settings.get("resume") or settings.get("load_from")):
        return  # no wish to resume, or the config names the checkpoint
    path = latest_checkpoint(settings.work_dir)
    settings.resume = path is not None
    if path is not None:
        settings.load_from = str(path)
    else:
        MMLogger.get_current_instance().info(
            f"Nothing to resume in {settings.work_dir}: starting afresh."
        )


def _run(runner: Runner) -> None:
    try:
        runner.train()
    except KeyboardInterrupt:
        if not is_main_process():
            raise SystemExit(INTERRUPTED) from None
        raise KeyboardInterrupt(
            f"stopped at iteration {runner.iter} of {runner.max_iters}; "
            f"{how_to_go_on(Path(runner.work_dir))}"
        ) from None
