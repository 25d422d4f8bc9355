"""Fine-tuning and the scores at its end."""

from pathlib import Path

from mmengine.config import Config

from mcf.engine.histories import read_selection
from mcf.engine.hooks.selection_hook import HISTORY
from mcf.engine.train import train


def finetune(
    config: str | Path | Config,
    work_dir: str | Path,
    *,
    backbone: str | Path | None = None,
) -> dict[str, float]:
    """Train a config that has :class:`mcf.SelectionHook`.

    Args:
        config: Of alignment or parsing: a name, a file or a config.
        work_dir: Folder of the run.
        backbone: File whose backbone it starts from, of any format of
            :mod:`mcf.checkpoint`; random weights if None.

    Returns:
        Scores of the test set after the last epoch, named as its metric names them,
        with the weights that validation uses (``EMAHook`` included).
    """
    train(config, out=work_dir, init_from=backbone)
    return last_test_scores(work_dir)


def last_test_scores(work_dir: str | Path) -> dict[str, float]:
    """Scores of the test set after the last epoch of a run with ``mcf.SelectionHook``.

    They are not measured anew: a second run of the hooks would begin another moving
    average.

    Raises:
        FileNotFoundError: If the run has no history.
        ValueError: If it is damaged, or the test set was not measured.
    """
    path = Path(work_dir) / HISTORY
    last = read_selection(path)["records"][-1]
    if "test" not in last:
        raise ValueError(f"{path} has no scores of the test set after the last epoch")
    return last["test"]
