"""Account of the images that could not be used."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from mmengine.dist import all_gather_object, get_world_size, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner
from mmengine.structures import BaseDataElement

from mcf.engine.histories import read_bad_names
from mcf.registry import HOOKS
from mcf.utils.atomic_file import append_whole, write_atomically
from mcf.utils.bounded_file import read_text

FILE_NAME = "bad_images.jsonl"
NAMES_IN_LOG = 10


@HOOKS.register_module()
class BadImageHook(Hook):
    """Record of the bad images of a run, and its end when there are too many.

    Reads ``bad_images`` of the data samples, which :class:`~mcf.datasets.FaceImages`
    fills and the pipeline packs as meta information. ``bad_images.jsonl`` in the work
    directory gets a line {name, reason, iter} for each name, once, also when a run is
    resumed there. The share is that of bad draws among all draws, over all ranks and
    since this start of the run.

    One process writes after each iteration; several gather their records every
    ``interval`` iterations and at the end of an epoch, when rank 0 writes, and all
    stop together.

    Args:
        max_share: Greatest share of bad draws a run may have.
        min_seen: Draws before the share is judged.
        interval: Iterations between warnings, and between gatherings.

    Raises:
        ValueError: If ``max_share`` is no share, or ``interval`` is below 1.
    """

    def __init__(
        self, max_share: float = 0.05, *, min_seen: int = 1000, interval: int = 50
    ) -> None:
        if not 0 <= max_share <= 1 or interval < 1:
            raise ValueError(
                f"max_share is {max_share} and interval {interval}; need a share "
                "within 0 … 1 and at least every iteration"
            )
        self.max_share = max_share
        self.min_seen = min_seen
        self.interval = interval
        self._seen = 0  # draws of all ranks, good and bad
        self._kinds: Counter[str] = Counter()  # bad draws of all ranks
        self._pending_seen = 0  # draws of this rank since the last gathering
        self._pending: list[dict] = []  # bad ones among them
        self._written: set[str] = set()
        self._unreported: list[dict] = []

    def before_train(self, runner: Runner) -> None:
        """Learn which names an earlier start of the run has written.

        Raises:
            ValueError: If its file is damaged.
        """
        if is_main_process():
            self._written = _read_names(_path(runner))

    def after_train_iter(
        self,
        runner: Runner,
        batch_idx: int,
        data_batch: dict,
        outputs: dict | None = None,
    ) -> None:
        """Count a batch; write, warn and judge when it is time.

        Raises:
            RuntimeError: If the share of bad images passes the limit.
            ValueError: If the data samples lack ``bad_images``.
        """
        self._count(data_batch["data_samples"], runner.iter + 1)
        due = self.every_n_train_iters(runner, self.interval)
        if due or get_world_size() == 1:
            self._gather(runner)
        if due:
            self._warn(runner)

    def after_train_epoch(self, runner: Runner) -> None:
        """Write and report the rest of an epoch."""
        self._gather(runner)
        self._warn(runner)

    def _count(self, samples: Sequence[BaseDataElement], iteration: int) -> None:
        for sample in samples:
            if "bad_images" not in sample:
                raise ValueError(
                    "the data samples hold no bad_images: list it in the meta_keys of "
                    "PackInputs and load from mcf.FaceImages, or drop BadImageHook"
                )
            self._pending_seen += 1 + len(sample.bad_images)
            self._pending += [
                {"name": name, "reason": reason, "iter": iteration}
                for name, reason in sample.bad_images
            ]

    def _gather(self, runner: Runner) -> None:
        """Add up the ranks' accounts, write the new names, judge the share."""
        shares = all_gather_object((self._pending_seen, self._pending))
        self._pending_seen, self._pending = 0, []
        bad = [record for _, records in shares for record in records]
        self._seen += sum(seen for seen, _ in shares)
        self._kinds.update(record["reason"].partition(":")[0] for record in bad)
        if is_main_process() and bad:
            new = {record["name"]: record for record in reversed(bad)}
            fresh = [new[name] for name in reversed(new) if name not in self._written]
            _append(_path(runner), fresh)
            self._written.update(record["name"] for record in fresh)
            self._unreported += fresh
        self._judge(runner)

    def _warn(self, runner: Runner) -> None:
        """Log the totals and the first few images written since the last warning."""
        if not self._unreported:
            return
        shown = [
            f"\n  {record['name']}: {record['reason']}"
            for record in self._unreported[:NAMES_IN_LOG]
        ]
        hidden = len(self._unreported) - len(shown)
        more = f"\n  and {hidden} more" if hidden else ""
        runner.logger.warning(
            f"{self._totals()}; replaced, and listed in {_path(runner)}. New:"
            + "".join(shown)
            + more
        )
        self._unreported.clear()

    def _judge(self, runner: Runner) -> None:
        bad = self._kinds.total()
        if self._seen >= self.min_seen and bad > self.max_share * self._seen:
            self._warn(runner)
            raise RuntimeError(
                f"{self._totals()}, more than max_share={self.max_share}. They are "
                f"listed in {_path(runner)}; repair or remove them, or raise max_share "
                "of BadImageHook"
            )

    def _totals(self) -> str:
        bad = self._kinds.total()
        kinds = ", ".join(
            f"{count} {kind}" for kind, count in self._kinds.most_common()
        )
        return (
            f"{bad} of {self._seen} images drawn are bad "
            f"({100 * bad / self._seen:.2f} %: {kinds})"
        )


def _path(runner: Runner) -> Path:
    return Path(runner.work_dir) / FILE_NAME


def _append(path: Path, records: list[dict]) -> None:
    lines = "".join(json.dumps(record) + "\n" for record in records)
    append_whole(lines, path)


def _read_names(path: Path) -> set[str]:
    """Names in the file, which loses a last line that a kill has cut."""
    if not path.exists():
        return set()
    text = read_text(path)
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        write_atomically(whole, path)
    return read_bad_names(whole, path)
