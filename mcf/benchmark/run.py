"""All rows of a backbone, each piece of work once."""

import math
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from mmengine.logging import MMLogger

from mcf.benchmark.encoder import Encoder
from mcf.benchmark.features import RULE, FeatureCache
from mcf.benchmark.fine_tune import fine_tuned
from mcf.benchmark.measure import Measures, Outcome
from mcf.benchmark.row import Row
from mcf.benchmark.submission import Entry, Submission, mean_groups
from mcf.utils.atomic_file import write_json
from mcf.utils.bounded_file import read_json
from mcf.utils.checksums import settings_checksum

LARGEST = 2**20
VERSION = 1
"""Of what is computed; a change of the arithmetic makes old results others."""


class Benchmark:
    """Rows and their results, in one folder.

    Each piece of work (a row, a share of the labels, a seed) has its JSON file in
    ``rows/``, written when it is done and not computed again; vectors of faces are
    in ``features/``.

    Args:
        encoder: What is judged.
        rows: What it is asked.
        folder: The folder.
        ring: Name of the rows, for the result.
        seeds: Seeds of what is drawn.
        shares: Shares of the labels; those of each row if None.
        device: Where networks compute.
        fine_tune: Whether rows with a config for it are also fine-tuned.
    """

    def __init__(
        self,
        encoder: Encoder,
        rows: Sequence[Row],
        folder: str | Path,
        *,
        ring: str = "minutes",
        seeds: Sequence[int] = (0, 1, 2),
        shares: Sequence[float] | None = None,
        device: str = "cpu",
        fine_tune: bool = False,
    ) -> None:
        self.encoder = encoder
        self.rows = rows
        self.folder = Path(folder)
        self.ring = ring
        self.seeds = seeds
        self.shares = shares
        self.device = device
        self.fine_tune = fine_tune
        cache = FeatureCache(encoder, self.folder / "features")
        self._measures = Measures(encoder, cache, device)

    def run(self) -> Submission:
        """Do everything.

        Returns:
            The result; rows whose data are missing are named in it.

        Raises:
            ValueError: If data cannot be used, or the folder holds results of other
                settings.
        """
        started = time.process_time()
        entries, missing = [], {}
        for row in self.rows:
            try:
                for share in self._shares(row):
                    entries.append(self._entry(row, "frozen", share))
                if self.fine_tune and row.fine_tune is not None:
                    entries.append(self._entry(row, "fine-tuned", 1.0))
            except (FileNotFoundError, LookupError) as error:
                missing[row.name] = _plain(error)
                self._log(f"{row.name}: left out, {missing[row.name]}")
        encoder = self.encoder
        return Submission(
            backbone=encoder.name,
            fingerprint=encoder.fingerprint,
            img_size=encoder.img_size,
            trained=encoder.trained,
            ring=self.ring,
            entries=tuple(entries),
            missing=missing,
            seconds=round(time.process_time() - started, 1),
        )

    def outcome(self, row: Row, way: str, share: float, seed: int) -> Outcome:
        """Result of a piece of work, which is done if it is not there.

        Raises:
            ValueError: If the file there is of other settings, or damaged.
        """
        path = self.folder / "rows" / f"{row.name}_{way}_{100 * share:g}_{seed}.json"
        data = [row.kind, row.datasets, row.places]
        config = row.fine_tune if way == "fine-tuned" else None
        settings = settings_checksum(
            [VERSION, RULE, self.encoder.fingerprint, data, config, way, share, seed]
        )
        if path.is_file():
            return _read(path, settings)
        if way == "frozen":
            found = self._measures.measure(row, share, seed)
        else:
            found = fine_tuned(self.encoder, row, seed, self.folder / "runs")
        content = {"settings": settings, **asdict(found)}
        write_json(content, path, indent=1)
        value = found.scores.get(row.score.key, math.nan)
        self._log(f"{row.name}, {way}, {100 * share:g} %, seed {seed}: {value:.3f}")
        return found

    def _shares(self, row: Row) -> Sequence[float]:
        if self.shares is None:
            return row.shares
        wanted = [share for share in self.shares if share in row.shares]
        return wanted or [max(row.shares)]

    def _entry(self, row: Row, way: str, share: float) -> Entry:
        seeds = self._measures.seeds(row, share, self.seeds)
        done = [self.outcome(row, way, share, seed) for seed in seeds]
        if row.score.key not in done[0].scores:
            raise ValueError(
                f"row {row.name} has no score {row.score.key!r}; there are "
                f"{', '.join(done[0].scores)}"
            )
        scores = {
            name: [_number(one.scores.get(name)) for one in done]
            for name in done[0].scores
        }
        return Entry(
            row=row.name,
            title=row.title,
            score=row.score,
            way=way,
            share=share,
            scores=scores,
            groups=mean_groups([one.groups for one in done]),
            counts=done[0].counts,
            published=row.published,
            note=row.note,
        )

    def _log(self, text: str) -> None:
        MMLogger.get_current_instance().info(text)


def _read(path: Path, settings: str) -> Outcome:
    """Outcome that this benchmark wrote into its own folder."""
    content = read_json(path, LARGEST)
    try:
        found = content.pop("settings")
        outcome = Outcome(**content)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path} is no result of this benchmark: delete it") from error
    if found != settings:
        raise ValueError(
            f"{path} was made with other settings (backbone, row or version): name "
            "another folder (--out), or delete its `rows`"
        )
    return outcome


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def _plain(error: Exception) -> str:
    """Message without the quotes that a KeyError puts round it."""
    return str(error.args[0] if len(error.args) == 1 else error)
