"""Start of a run from someone else's backbone."""

from pathlib import Path

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.checkpoint import CheckpointFile, load_state
from mcf.engine.running_model import is_sharded, unwrapped
from mcf.registry import HOOKS


@HOOKS.register_module()
class InitBackboneHook(Hook):
    """Loads a backbone of any known format before the first iteration.

    Runs after MMEngine's own weight initialisation; a resumed run is left alone. The
    formats are those of :func:`mcf.checkpoint.load_strict`, which also resizes
    the positions to the backbone's image size.

    Checkpoints of the run tell where it started: ``meta['pretrained']`` holds the
    ``file`` and the ``crop`` recipe that came with it.

    Args:
        checkpoint: File with the weights.
        source: Format of the file; by default recognised by its keys.
    """

    priority = "VERY_HIGH"

    def __init__(self, checkpoint: str, source: str = "auto") -> None:
        self.checkpoint = checkpoint
        self.source = source
        self._pretrained: dict | None = None

    def before_train(self, runner: Runner) -> None:
        """Load the weights.

        Raises:
            ValueError: If the file's keys or shapes are not the backbone's, or the
                model is sharded.
        """
        if runner.iter:
            return
        model = unwrapped(runner.model)
        if is_sharded(model):
            raise ValueError(
                "--init-from does not work on a sharded model; convert the file with "
                "tools/convert_checkpoint.py --prefix backbone. and set init_cfg="
                "dict(type='Pretrained', checkpoint=..., prefix='backbone.')"
            )
        file = CheckpointFile(self.checkpoint)
        load_state(model.backbone, file.state(), file.name, source=self.source)
        self._pretrained = dict(file=Path(self.checkpoint).name, crop=file.crop())
        runner.logger.info(f"The backbone starts from {self.checkpoint}.")

    def after_load_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Remember where a resumed run once started."""
        self._pretrained = checkpoint.get("meta", {}).get("pretrained")

    def before_save_checkpoint(self, runner: Runner, checkpoint: dict) -> None:
        """Tell where the run started."""
        if self._pretrained is not None:
            checkpoint["meta"]["pretrained"] = self._pretrained
