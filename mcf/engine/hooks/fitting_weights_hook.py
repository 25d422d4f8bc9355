"""No network is tested with weights of another one."""

from collections.abc import Mapping

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.engine.running_model import unwrapped
from mcf.registry import HOOKS

SHOWN = 3
COUNTER = "num_batches_tracked"
"""Ending of buffers that do not matter and that old files lack."""


@HOOKS.register_module()
class FittingWeightsHook(Hook):
    """Refuses a checkpoint that leaves a part of the network at random.

    MMEngine logs what a checkpoint lacks and goes on; a test would then score weights
    that nobody has trained. ``mcf test`` adds this hook. What a file holds beside the
    network, such as an auxiliary head, is no fault.
    """

    priority = "LOWEST"  # after EMAHook, which puts the averaged weights in

    def after_load_checkpoint(self, runner: Runner, checkpoint: Mapping) -> None:
        """Load the weights and check that none are left out.

        Raises:
            ValueError: If weights are missing, or of another shape.
        """
        state = checkpoint.get("state_dict", checkpoint)
        model = unwrapped(runner.model)
        try:
            found = model.load_state_dict(state, strict=False)
        except (RuntimeError, AttributeError, TypeError) as error:
            raise ValueError(f"{self._told(runner)}: {error}") from error
        missing = [name for name in found.missing_keys if not name.endswith(COUNTER)]
        if missing:
            more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
            raise ValueError(
                f"{self._told(runner)}: it lacks {', '.join(missing[:SHOWN])}{more}. "
                "Give the checkpoint of a run of this very config"
            )

    def _told(self, runner: Runner) -> str:
        return f"{runner._load_from} does not fit the config"
