"""CALFW and CPLFW: pairs of LFW across age and across pose."""

from collections import Counter

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.pairs import FOLDS, FacePairDataset, PairRecord
from mcf.suite.tables import read_lines, whole_number


class CrossLFW(FacePairDataset):
    """Pairs of which each image has a line with a number: 0 for two persons.

    The list tells the folds of the pairs of one person at most. Those of two persons,
    and all where there is only 0 and 1, are taken in their order, a tenth of each kind
    a fold.
    """

    LIST = ""
    LICENCE = "non-commercial research; photos from the news"
    PROTOCOL = "10 folds of 300 + 300 pairs"

    def read_list(self) -> list[PairRecord]:
        """Pairs in the order of the list."""
        rows = list(read_lines(self.required(self.LIST)))
        if not rows or len(rows) % 2:
            raise ValueError(f"{self.LIST} has {len(rows)} lines, which are no pairs")
        pairs = []
        for (source, first), (_, second) in zip(rows[::2], rows[1::2], strict=True):
            if len(first) != 2 or len(second) != 2 or first[1] != second[1]:
                raise ValueError(
                    f"{source}: this line and the next are not two images with the "
                    "same number"
                )
            number = whole_number(first[1], source, most=FOLDS)
            names = (relative(name, source) for name in (first[0], second[0]))
            pairs.append((source, *names, number))
        return _with_folds(pairs)


def _with_folds(pairs: list[tuple[str, str, str, int]]) -> list[PairRecord]:
    numbers = Counter(number for *_, number in pairs)
    kinds = {True: len(pairs) - numbers[0], False: numbers[0]}
    told = max(numbers) > 1
    seen, records = Counter(), []
    for source, first, second, number in pairs:
        same = number > 0
        fold = seen[same] * FOLDS // kinds[same]
        seen[same] += 1
        fold = number - 1 if same and told else fold
        records.append(PairRecord(source, first, second, same, fold))
    return records


@DATASETS.register_module()
class CALFW(CrossLFW):
    """Cross-age LFW, 6,000 pairs: ``pairs_CALFW.txt``, or insightface's ``calfw.bin``.

    Images are in ``aligned images`` as in the official download.
    """

    NAME = "calfw"
    LIST = "pairs_CALFW.txt"
    BIN = "calfw.bin"
    SITE = "http://whdeng.cn/CALFW/ (or insightface's evaluation files: calfw.bin)"
    IMAGES = ("aligned images",)


@DATASETS.register_module()
class CPLFW(CrossLFW):
    """Cross-pose LFW, 6,000 pairs: ``pairs_CPLFW.txt``, or insightface's ``cplfw.bin``.

    Images are in ``aligned images`` as in the official download.
    """

    NAME = "cplfw"
    LIST = "pairs_CPLFW.txt"
    BIN = "cplfw.bin"
    SITE = "http://whdeng.cn/CPLFW/ (or insightface's evaluation files: cplfw.bin)"
    IMAGES = ("aligned images",)
