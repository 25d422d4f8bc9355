"""CFP: frontal faces against profiles."""

import posixpath
from pathlib import Path

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.pairs import FOLDS, FacePairDataset, PairRecord
from mcf.suite.tables import read_lines, whole_number
from mcf.utils.bounded_file import read_text

PROTOCOL = "Protocol"


@DATASETS.register_module()
class CFPFP(FacePairDataset):
    """Celebrities in Frontal-Profile, 7,000 pairs, or insightface's ``cfp_fp.bin``.

    ``Protocol/Split/FP/01`` to ``10`` hold ``same.txt`` and ``diff.txt`` of 350 pairs
    each: numbers of a frontal and of a profile image, which ``Pair_list_F.txt`` and
    ``Pair_list_P.txt`` name.
    """

    NAME = "cfp_fp"
    BIN = "cfp_fp.bin"
    SITE = "http://www.cfpw.io (or insightface's evaluation files: cfp_fp.bin)"
    LICENCE = "non-commercial research"
    PROTOCOL = "frontal against profile: 10 folds of 350 + 350 pairs"
    IMAGES = (".",)
    PAIRS = 7000

    def read_list(self) -> list[PairRecord]:
        """Pairs by fold, those of one person first."""
        frontal, profile = (self._listed(f"Pair_list_{kind}.txt") for kind in "FP")
        return [
            PairRecord(
                source=source,
                first=_named(frontal, first, source),
                second=_named(profile, second, source),
                same=kind == "same",
                fold=fold,
            )
            for fold in range(FOLDS)
            for kind in ("same", "diff")
            for source, first, second in self._rows(fold, kind)
        ]

    def _listed(self, name: str) -> dict[str, str]:
        """Images by number, relative to the root."""
        images = {}
        path = self.required(f"{PROTOCOL}/{name}")
        for source, words in read_lines(path):
            if len(words) != 2 or words[0] in images:
                raise ValueError(f"{source}: not a new number and its image")
            image = posixpath.normpath(posixpath.join(PROTOCOL, words[1]))
            images[words[0]] = relative(image, source)
        return images

    def _rows(self, fold: int, kind: str) -> list[tuple[str, str, str]]:
        """Place and the two numbers of each pair of a file."""
        path: Path = self.required(f"{PROTOCOL}/Split/FP/{fold + 1:02d}/{kind}.txt")
        place = f"FP/{fold + 1:02d}/{kind}.txt"
        pairs = []
        for number, line in enumerate(read_text(path).splitlines(), 1):
            if not line.strip():
                continue
            words = [word.strip() for word in line.split(",")]
            if len(words) != 2:
                raise ValueError(f"{place}:{number}: not two numbers")
            source = f"{place}:{number}"
            first, second = (str(whole_number(word, source)) for word in words)
            pairs.append((source, first, second))
        return pairs


def _named(images: dict[str, str], number: str, source: str) -> str:
    if number not in images:
        raise ValueError(f"{source}: no image has the number {number}")
    return images[number]
