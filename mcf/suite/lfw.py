"""LFW's 6,000 pairs."""

from mcf.datasets.landmarks.base import relative
from mcf.registry import DATASETS
from mcf.suite.pairs import FacePairDataset, PairRecord
from mcf.suite.tables import read_lines, whole_number

LISTS = ("pairs.txt", "lfw_pairs.txt")
FOLDER = "lfw"


@DATASETS.register_module()
class LFWPairs(FacePairDataset):
    """Labelled Faces in the Wild, View 2: 6,000 pairs in ten folds.

    Each fold has 300 pairs of one person and 300 of two. The list is ``pairs.txt`` (or
    ``lfw_pairs.txt``) in the root; images are ``lfw/NAME/NAME_0001.jpg`` as in the
    official download, or ``NAME_0001.jpg`` at one level, in a folder or in tar shards.
    """

    NAME = "lfw"
    BIN = "lfw.bin"
    SITE = "http://vis-www.cs.umass.edu/lfw/ (images and pairs.txt)"
    LICENCE = "photos from the news, no formal licence; research"
    PROTOCOL = "View 2, image-restricted list: 10 folds of 300 + 300 pairs"
    IMAGES = (FOLDER,)

    def read_list(self) -> list[PairRecord]:
        """Pairs in the order of the list."""
        there = [name for name in LISTS if (self.root / name).is_file()]
        path = self.required(there[0] if there else LISTS[0])
        (place, head), *rows = [*read_lines(path)] or [(path.name, [])]
        if len(head) != 2:
            raise ValueError(f"{place}: not the numbers of folds and of pairs")
        folds, each = (whole_number(w, place, most=10**6) for w in head)
        if len(rows) != 2 * folds * each:
            raise ValueError(
                f"{path} has {len(rows)} pairs, but its first line says "
                f"{folds} x 2 x {each}"
            )
        records = []
        for number, (source, words) in enumerate(rows):
            same = number % (2 * each) < each
            if len(words) != (3 if same else 4):
                raise ValueError(f"{source}: not a pair of {'one' if same else 'two'}")
            first, second = (words[0], words[1]), (words[0 if same else 2], words[-1])
            records.append(
                PairRecord(
                    source=source,
                    first=self._image(*first, source),
                    second=self._image(*second, source),
                    same=same,
                    fold=number // (2 * each),
                )
            )
        return records

    def _image(self, person: str, number: str, source: str) -> str:
        file = f"{person}_{whole_number(number, source):04d}.jpg"
        nested = relative(f"{person}/{file}", source)
        return nested if self.has_image(nested) or not self.has_image(file) else file
