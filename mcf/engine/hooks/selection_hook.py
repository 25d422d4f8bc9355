"""Honest model selection: last, best on validation, best on test, side by side."""

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from mmengine.dist import broadcast_object_list, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner

from mcf.checkpoint.safe_load import load_file
from mcf.engine.histories import REMEDY, as_step, read_selection
from mcf.engine.hooks.selection_table import Record, choose, selection_table
from mcf.registry import HOOKS
from mcf.utils.atomic_file import write_atomically

CHECKPOINT = "best_on_validation.pth"
HISTORY = "selection.json"
TABLE = "selection.md"


@HOOKS.register_module()
class SelectionHook(Hook):
    """Records validation and test scores of a run and says which were chosen how.

    After each validation its scores are noted. The test set is measured for the last
    epoch, for each epoch that is the best on the validation part so far, and, if
    asked, at an interval; with the weights that validation uses (``EMAHook``
    included). The best weights by validation are kept in
    ``<work_dir>/best_on_validation.pth``, all scores in ``selection.json``, and the
    table of :func:`~mcf.engine.hooks.selection_table.selection_table` in
    ``selection.md`` and, when training ends, in the log.

    Where the config validates on the very data it tests on, nothing is measured
    twice and the table says that its best epoch was chosen on the test set. Without
    test data there is no word about it.

    A resumed run goes on with the history of its folder up to its iteration; a
    validation that was cut off is made up for.

    Args:
        metric: Score that selects, as validation names it, for example
            ``landmark/full/nme_interocular``.
        rule: Whether ``less`` or ``greater`` is better.
        test_interval: Also test after every so many validations. 1 is what the
            literature does to find its best epoch on the test set; None leaves that
            row out.
        columns: Further scores for the table.

    Raises:
        ValueError: If the rule or the interval is not one of the above, there is
            nothing to test on, validation gives no finite score of that name, or the
            history or the best weights in the folder are damaged.
    """

    # after EMAHook, which puts the weights back, and CheckpointHook
    priority = "LOWEST"

    def __init__(
        self,
        metric: str,
        rule: str,
        *,
        test_interval: int | None = None,
        columns: Sequence[str] = (),
    ) -> None:
        if rule not in ("less", "greater"):
            raise ValueError(f"rule={rule!r} must be 'less' or 'greater'")
        if test_interval is not None and test_interval < 1:
            raise ValueError(f"test_interval={test_interval} must be at least 1")
        self.metric = metric
        self.rule = rule
        self.test_interval = test_interval
        self.columns = tuple(columns)
        self.records: list[Record] = []
        self._test_scores: dict[str, float] = {}

    def before_train(self, runner: Runner) -> None:
        """Read the history of a resumed run; validate if that was cut off."""
        if self.test_interval is not None and runner.test_loop is None:
            raise ValueError(
                f"test_interval={self.test_interval}, but the config has no "
                "test_dataloader; add one, or leave test_interval out"
            )
        history = _read(runner) if runner.iter else []
        self.records = [record for record in history if record["iter"] <= runner.iter]
        self._drop_weights_of_the_future(runner)
        if _validation_is_due(runner) and not self._has(runner.iter):
            runner.logger.info(f"Validating epoch {runner.epoch}, which was cut off.")
            runner.val_loop.run()

    def after_val_epoch(
        self, runner: Runner, metrics: Mapping[str, object] | None = None
    ) -> None:
        """Note the scores, keep the best weights, test where it is called for."""
        scores = _plain(metrics)
        if not math.isfinite(scores.get(self.metric, math.nan)):
            raise ValueError(
                f"validation gives no finite {self.metric!r} to select by, but {scores}"
            )
        self.records = [r for r in self.records if r["iter"] != runner.iter]
        record = Record(epoch=runner.epoch, iter=runner.iter, val=scores)
        self.records.append(record)
        best = choose(self.records, "val", self.metric, self.rule) is record
        if best:
            self._save(runner)
        if _tests_on_validation_data(runner):
            record["test"] = scores
        elif runner.test_loop is not None and (best or self._test_is_due(runner)):
            runner.test_loop.run()
            record["test"] = self._test_scores
        self._write(runner)

    def after_test_epoch(
        self, runner: Runner, metrics: Mapping[str, object] | None = None
    ) -> None:
        """Take the scores of the test set."""
        self._test_scores = _plain(metrics)

    def after_train(self, runner: Runner) -> None:
        """Log the table."""
        if self.records:
            runner.logger.info("Selection of the model\n\n" + self._table(runner))

    def _drop_weights_of_the_future(self, runner: Runner) -> None:
        """A run that goes on from before its best epoch may never get there again."""
        path = Path(runner.work_dir) / CHECKPOINT
        if not (is_main_process() and path.is_file()):
            return
        content = load_file(path)
        meta = content.get("meta") if isinstance(content, Mapping) else None
        meta = meta if isinstance(meta, Mapping) else {}
        epoch, iteration = (as_step(meta.get(key)) for key in ("epoch", "iter"))
        if epoch is None or iteration is None:
            raise ValueError(f"{path} says of no epoch that it is the best; {REMEDY}")
        if iteration > runner.iter:
            path.unlink()
            runner.logger.warning(
                f"{path} is of epoch {epoch}, after the checkpoint this run goes on "
                "from, and was removed; the next best epoch writes it again"
            )

    def _has(self, iteration: int) -> bool:
        return any(record["iter"] == iteration for record in self.records)

    def _test_is_due(self, runner: Runner) -> bool:
        interval = self.test_interval
        return runner.iter >= runner.max_iters or (
            interval is not None and len(self.records) % interval == 0
        )

    def _save(self, runner: Runner) -> None:
        runner.save_checkpoint(
            runner.work_dir,
            CHECKPOINT,
            save_optimizer=False,
            save_param_scheduler=False,
            meta=dict(epoch=runner.epoch, iter=runner.iter),
            backend_args=dict(backend="mcf_atomic"),
        )

    def _table(self, runner: Runner) -> str:
        return selection_table(
            self.records,
            self.metric,
            self.rule,
            columns=self.columns,
            all_tested=self.test_interval is not None,
            held_out=not _tests_on_validation_data(runner),
        )

    def _write(self, runner: Runner) -> None:
        if not is_main_process():
            return
        content = dict(
            metric=self.metric,
            rule=self.rule,
            held_out=not _tests_on_validation_data(runner),
            records=self.records,
        )
        folder = Path(runner.work_dir)
        write_atomically(json.dumps(content, indent=1).encode(), folder / HISTORY)
        write_atomically(self._table(runner).encode(), folder / TABLE)


def _plain(metrics: Mapping[str, object] | None) -> dict[str, float]:
    """The numbers among the scores."""
    return {
        name: float(value)
        for name, value in (metrics or {}).items()
        if isinstance(value, (int, float))
    }


def _read(runner: Runner) -> list[Record]:
    """History in the folder of the run, the same on all processes."""
    path = Path(runner.work_dir) / HISTORY
    found = [[]]
    if is_main_process() and path.is_file():
        found = [read_selection(path)["records"]]
    broadcast_object_list(found)
    return found[0]


def _validation_is_due(runner: Runner) -> bool:
    """Whether training stands where an epoch loop validates."""
    loop = runner.train_loop
    return (
        runner.val_loop is not None
        and isinstance(loop, EpochBasedTrainLoop)
        and 0 < loop.iter == loop.epoch * len(loop.dataloader)
        and loop.epoch >= loop.val_begin
        and (loop.epoch % loop.val_interval == 0 or loop.epoch == loop.max_epochs)
    )


def _tests_on_validation_data(runner: Runner) -> bool:
    """Whether the config gives validation and test the same data set."""
    val, test = (
        (runner.cfg.get(f"{role}_dataloader") or {}).get("dataset")
        for role in ("val", "test")
    )
    return val is not None and val == test
