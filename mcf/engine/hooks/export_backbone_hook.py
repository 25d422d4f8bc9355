"""The backbone, saved as a file of its own."""

from pathlib import Path

from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn

from mcf.engine.plain import to_plain
from mcf.engine.running_model import unwrapped, whole_state_dict
from mcf.registry import HOOKS
from mcf.utils.atomic_file import save_atomically
from mcf.version import __version__

PREFIXES = dict(online="backbone.", momentum="momentum_encoder.module.backbone.")


def backbone_weights(model: nn.Module, encoder: str) -> dict[str, Tensor]:
    """Weights of one encoder under the prefix ``backbone.``, on the CPU.

    Args:
        model: An algorithm with a ``backbone``.
        encoder: ``online`` for the trained one, ``momentum`` for its average.

    Raises:
        ValueError: If the model has no such encoder.
    """
    prefix = PREFIXES[encoder]
    weights = {
        "backbone." + name.removeprefix(prefix): tensor
        for name, tensor in whole_state_dict(model).items()
        if name.startswith(prefix)
    }
    if not weights:
        raise ValueError(
            f"{type(model).__name__} has no weights under {prefix!r}; export another "
            f"of the encoders {list(PREFIXES)}"
        )
    return weights


@HOOKS.register_module()
class ExportBackboneHook(Hook):
    """Writes ``<work_dir>/backbone_<encoder>.pth`` when training ends.

    The file holds ``state_dict`` (mmpretrain's names after ``backbone.``; never the
    teacher) and ``meta``, plain values that say what the weights are. Any host library
    loads it by
    ``init_cfg=dict(type='Pretrained', checkpoint=..., prefix='backbone.')``.

    Args:
        encoder: ``online`` or ``momentum``.
        interval: Also write after every so many epochs.

    Raises:
        ValueError: If there is no such encoder.
    """

    priority = "VERY_LOW"

    def __init__(self, encoder: str = "online", interval: int | None = None) -> None:
        if encoder not in PREFIXES:
            raise ValueError(f"encoder={encoder!r} is not one of {list(PREFIXES)}")
        self.encoder = encoder
        self.interval = interval

    def before_train(self, runner: Runner) -> None:
        """Fail now rather than after days of training."""
        backbone_weights(unwrapped(runner.model), self.encoder)

    def after_train_epoch(self, runner: Runner) -> None:
        """Write at the interval."""
        if self.interval and self.every_n_epochs(runner, self.interval):
            self._export(runner, epochs=runner.epoch + 1)

    def after_train(self, runner: Runner) -> None:
        """Write the final weights."""
        self._export(runner, epochs=runner.epoch)

    def _export(self, runner: Runner, *, epochs: int) -> None:
        path = Path(runner.work_dir) / f"backbone_{self.encoder}.pth"
        model = unwrapped(runner.model)
        weights = backbone_weights(model, self.encoder)  # all processes take part
        if not is_main_process():
            return
        content = dict(
            state_dict=weights,
            meta=dict(
                method=type(model).__name__,
                encoder=self.encoder,
                epochs=epochs,
                iters=runner.iter,
                **describe(runner),
            ),
        )
        save_atomically(content, path)
        runner.logger.info(f"The {self.encoder} backbone is in {path}.")


def describe(runner: Runner) -> dict:
    """Plain facts about a run's backbone and data that a user of the weights needs."""
    backbone = to_plain(runner.cfg.model.get("backbone", {}))
    inputs = to_plain(
        runner.cfg.model.get("data_preprocessor")
        or runner.cfg.get("data_preprocessor")
        or {}
    )
    dataset = runner.train_dataloader.dataset
    metainfo = getattr(dataset, "metainfo", None) or {}
    return dict(
        backbone=backbone,
        arch=backbone.get("arch"),
        img_size=backbone.get("img_size"),
        patch_size=backbone.get("patch_size"),
        mean=inputs.get("mean"),
        std=inputs.get("std"),
        to_rgb=inputs.get("to_rgb"),
        dataset=to_plain(
            metainfo.get("dataset_name")
            or metainfo.get("dataset_type")
            or type(dataset).__name__
        ),
        images=len(dataset),
        crop=to_plain(metainfo.get("crop")),
        mcf_version=__version__,
    )
