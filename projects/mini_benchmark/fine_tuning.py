"""Fine-tuning of a backbone for one task."""

from pathlib import Path

from mmengine.config import Config

from mcf.engine.finetune import last_test_scores
from mcf.engine.train import train
from projects.mini_benchmark.resumable import refuse_other_weights


def few_shot(config: Config, share: float, *, seed: int) -> Config:
    """Copy of a fine-tuning config that trains on a share of its faces.

    Args:
        config: Its training data are those of ``mcf.SeededDataset``.
        share: In (0, 1].
        seed: Which faces.

    Raises:
        ValueError: If the training data are not seeded.
    """
    config = config.copy()
    loader = config.train_dataloader.dataset
    if loader.type != "mcf.SeededDataset":
        raise ValueError(f"training data must be in mcf.SeededDataset: {loader.type}")
    whole = loader.dataset.to_dict()
    loader.dataset = dict(type="mcf.FewShot", dataset=whole, share=share, seed=seed)
    return config


def fine_tune(
    settings: dict, work_dir: Path, backbone: Path, *, share: float, seed: int
) -> dict[str, float]:
    """Train on a share of the faces and score the last epoch on the test set.

    With the weights that validation uses (``EMAHook`` included), by
    :class:`mcf.SelectionHook`.

    Goes on from the newest checkpoint of the folder, if there is one.

    Args:
        settings: Config of the task as plain values, paths resolved.
        work_dir: Folder of the run.
        backbone: File that it starts from.
        share: Of the training faces.
        seed: Of everything random, the faces of the share included.
    """
    config = few_shot(Config(settings), share, seed=seed)
    refuse_other_weights(config)
    train(config, out=work_dir, init_from=backbone, resume=True, seed=seed)
    return last_test_scores(work_dir)
