"""A run is resumed with the settings it began with."""

from collections.abc import Iterator, Mapping

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.engine.plain import to_plain
from mcf.registry import HOOKS

COURSE = "course"
"""Entry of a checkpoint's ``meta``."""


def differences(before: object, now: object, name: str = "") -> Iterator[str]:
    """Lines about what differs between two plain values, each with its dotted name."""
    if isinstance(before, Mapping) and isinstance(now, Mapping):
        for key in [*before, *(key for key in now if key not in before)]:
            yield from differences(
                before.get(key), now.get(key), f"{name}.{key}" if name else key
            )
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for index, (left, right) in enumerate(zip(before, now)):
            yield from differences(left, right, f"{name}.{index}")
    elif before != now:
        yield f"{name}: {before!r} in the checkpoint, {now!r} now"


def course(runner: Runner) -> dict:
    """What decides a run's order of samples, its length and its schedules.

    Args:
        runner: Runner that was built from a config and is about to train.

    Returns:
        Plain values.
    """
    config, loader = runner.cfg, runner.train_dataloader
    wrapper = dict(config.get("optim_wrapper") or {})
    scaling = config.get("auto_scale_lr") or {}
    loop = config.get("train_cfg") or {}
    sampler = (config.get("train_dataloader") or {}).get("sampler")
    return to_plain(
        dict(
            seed=runner.seed,
            processes=runner.world_size,
            faces=len(loader.dataset),
            batch_size=getattr(loader.batch_sampler, "batch_size", None),
            batches_an_epoch=len(loader),
            sampler=sampler,
            max_epochs=loop.get("max_epochs"),
            max_iters=loop.get("max_iters"),
            auto_scale_lr=scaling.get("base_batch_size")
            if scaling.get("enable")
            else None,
            optim_wrapper=wrapper,
            param_scheduler=config.get("param_scheduler"),
        )
    )


@HOOKS.register_module()
class SameCourseHook(Hook):
    """Keeps with each checkpoint what decides the run, and compares on resuming.

    A resumed run takes optimiser and schedules from the checkpoint and the order of
    its samples from the settings. Where these are not the ones of the checkpoint,
    samples would be seen twice or never, or the learning rate would follow neither
    schedule. :func:`mcf.engine.train` adds this hook to every run.
    """

    priority = "VERY_HIGH"

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Note the course."""
        checkpoint["meta"][COURSE] = course(runner)

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Compare, if the run resumes.

        Raises:
            ValueError: If the checkpoint is of a run with another course.
        """
        if not runner._resume:
            return
        before = checkpoint.get("meta", {}).get(COURSE)
        if before is None:
            runner.logger.warning(
                "The checkpoint does not say with which batch size, data and schedule "
                "it was trained; whether they are those of this run is not checked."
            )
            return
        found = list(differences(before, course(runner)))
        if found:
            raise ValueError(
                "the checkpoint belongs to a run with other settings ("
                + "; ".join(found)
                + "). Resume with those of the checkpoint. To train longer or "
                "otherwise, begin a new run from its weights: another work folder "
                "(--out), --cfg-options load_from=CHECKPOINT and no --resume; its "
                "schedule starts anew"
            )
