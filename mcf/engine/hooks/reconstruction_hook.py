"""Pictures of reconstructions during training."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from torch import Tensor, nn

from mcf.checkpoint.safe_load import load_file
from mcf.engine.running_model import is_sharded, unwrapped
from mcf.registry import HOOKS
from mcf.utils.atomic_file import save_atomically
from mcf.visualization import reconstruction_sheet


@HOOKS.register_module()
class ReconstructionHook(Hook):
    """Draws the same faces under the same masks every few iterations.

    The faces are the first ones of the run (a resumed run finds them in
    ``reconstruction_inputs.pt`` of its work directory), so the pictures show
    progress and nothing else. They go to every visualisation backend as
    ``reconstruction``; MMEngine's local one saves
    ``<timestamp>/vis_data/vis_image/reconstruction_<iteration>.png``. There is one
    before the first iteration, one every ``interval`` and one after the last.
    Training is not affected: modes and random states are put back.

    Args:
        interval: Iterations between two pictures.
        num_images: Number of faces.
        seed: Seed of the masks.
    """

    def __init__(
        self, interval: int = 500, *, num_images: int = 6, seed: int = 0
    ) -> None:
        self.interval = interval
        self.num_images = num_images
        self.seed = seed
        self._inputs: Tensor | None = None

    def before_train(self, runner: Runner) -> None:
        """Check that the model can show what it reconstructs.

        Raises:
            ValueError: If the model has no ``reconstruct`` method.
        """
        model = unwrapped(runner.model)
        if not hasattr(model, "reconstruct"):
            raise ValueError(
                f"{type(model).__name__} has no method `reconstruct(images)` that "
                "returns a Reconstruction; remove mcf.ReconstructionHook from "
                "custom_hooks or train mcf.MCF"
            )

    def before_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: dict | None = None
    ) -> None:
        """Keep the first images and draw them as the run finds the model."""
        if self._inputs is None and _takes_part(runner.model):
            self._inputs = self._fixed_inputs(runner, data_batch["inputs"])
            if runner.iter == 0:
                self._draw(runner, step=0)

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict | None = None,
        outputs: dict | None = None,
    ) -> None:
        """Draw when it is time."""
        if not _takes_part(runner.model):
            return
        done = runner.iter + 1
        if self.every_n_train_iters(runner, self.interval) or done == runner.max_iters:
            self._draw(runner, step=done)

    def _fixed_inputs(self, runner: Runner, batch: Tensor) -> Tensor:
        file = Path(runner.work_dir) / "reconstruction_inputs.pt"
        if runner.iter > 0 and file.is_file():
            return _checked(load_file(file), batch, file)
        inputs = batch[: self.num_images].cpu().clone()
        if is_main_process():
            save_atomically(inputs, file)
        return inputs

    def _draw(self, runner: Runner, *, step: int) -> None:
        model = unwrapped(runner.model)
        preprocessor = model.data_preprocessor
        device = preprocessor.mean.device
        with _evaluating(model), _seeded(self.seed, device), torch.no_grad():
            batch = preprocessor(dict(inputs=self._inputs, data_samples=None))
            reconstruction = model.reconstruct(batch["inputs"])
        if not is_main_process():
            return
        sheet = reconstruction_sheet(
            reconstruction,
            preprocessor.mean.flatten(),
            preprocessor.std.flatten(),
            max_images=self.num_images,
        )
        runner.visualizer.add_image("reconstruction", sheet, step)


def _checked(inputs: object, batch: Tensor, file: Path) -> Tensor:
    """Images of an earlier start of the run."""
    if not (
        isinstance(inputs, Tensor)
        and inputs.dtype == batch.dtype
        and inputs.shape[1:] == batch.shape[1:]
        and len(inputs) > 0
    ):
        raise ValueError(f"{file} holds no images of this run: remove it")
    return inputs


def _takes_part(model: nn.Module) -> bool:
    """The first process draws; where it has only a part of the model, all must run."""
    return is_main_process() or is_sharded(model)


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    """Evaluation mode, and afterwards each sub-module in the mode it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Python, NumPy and PyTorch seeded, and afterwards as they were."""
    python, numpy = random.getstate(), np.random.get_state()
    devices = [] if device.type == "cpu" else [device]
    with torch.random.fork_rng(devices, device_type=device.type if devices else None):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
