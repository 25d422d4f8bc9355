"""Fine-tuning from a config, as ``tools/train.py`` and ``tools/test.py`` do it."""

from pathlib import Path

from mmengine.config import Config
from mmengine.runner import Runner


def finetune(
    config: str | Path, work_dir: str | Path, *, backbone: str | Path | None = None
) -> dict[str, float]:
    """Train a config and score its last weights on its test set.

    Args:
        config: Config of alignment or parsing.
        work_dir: Folder of the run.
        backbone: File whose backbone it starts from, of any format of
            :mod:`mcf.utils.checkpoint`; random weights if None.

    Returns:
        Scores of the test set, named as its metric names them.
    """
    settings = Config.fromfile(config)
    settings.work_dir = str(work_dir)
    if backbone is not None:
        start = dict(type="mcf.InitBackboneHook", checkpoint=str(backbone))
        settings.custom_hooks = [*(settings.get("custom_hooks") or []), start]
    runner = Runner.from_cfg(settings)
    runner.train()
    return runner.test()
