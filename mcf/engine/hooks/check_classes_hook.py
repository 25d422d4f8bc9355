"""Comparison of a parsing head with its data set."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from mcf.engine.running_model import unwrapped
from mcf.registry import HOOKS


@HOOKS.register_module()
class CheckClassesHook(Hook):
    """Refuses to train a head that has not as many classes as the data set.

    Without it the loss stops with an index out of range, or classes stay unused.
    """

    priority = "VERY_HIGH"

    def before_train(self, runner: Runner) -> None:
        """Compare before anything is computed.

        Raises:
            ValueError: If the numbers differ.
        """
        has = unwrapped(runner.model).num_classes
        meta = runner.train_dataloader.dataset.metainfo
        classes = list(meta["classes"])
        if has != len(classes):
            raise ValueError(
                f"the head has {has} classes and the training set "
                f"{meta.get('dataset_name', '')} {len(classes)} ({', '.join(classes)}):"
                f" set model.decode_head.num_classes={len(classes)}"
            )
