"""Fine-tuning from a config, as ``tools/train.py`` does it."""

import json
from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner

from mcf.engine.hooks.selection_hook import HISTORY
from mcf.engine.work_folder import work_folder


def finetune(
    config: str | Path, work_dir: str | Path, *, backbone: str | Path | None = None
) -> dict[str, float]:
    """Train a config that has :class:`mcf.SelectionHook`.

    Args:
        config: Config of alignment or parsing.
        work_dir: Folder of the run.
        backbone: File whose backbone it starts from, of any format of
            :mod:`mcf.checkpoint`; random weights if None.

    Returns:
        Scores of the test set after the last epoch, named as its metric names them,
        with the weights that validation uses (``EMAHook`` included).
    """
    settings = Config.fromfile(config)
    settings.work_dir = str(work_dir)
    if backbone is not None:
        start = dict(type="mcf.InitBackboneHook", checkpoint=str(backbone))
        settings.custom_hooks = [*(settings.get("custom_hooks") or []), start]
    with work_folder(settings):
        Runner.from_cfg(settings).train()
    return last_test_scores(work_dir)


def last_test_scores(work_dir: str | Path) -> dict[str, float]:
    """Scores of the test set after the last epoch of a run with ``mcf.SelectionHook``.

    They are not measured anew: a second run of the hooks would begin another moving
    average.
    """
    history = json.loads((Path(work_dir) / HISTORY).read_text())
    return history["records"][-1]["test"]
